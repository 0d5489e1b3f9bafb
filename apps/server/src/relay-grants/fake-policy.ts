import type { RelayPolicy } from './relay-login.ts'

/** Keeps what the TURN server is told; a user id is called by the number in which it came. For tests. */
export class FakePolicy implements RelayPolicy {
  readonly #numbers = new Map<string, number>()
  readonly #states = new Map<number, string>()
  /** Everything in order: `1 8.8.8.8`, `1 any`, `1 nobody`, `1 revoked`. */
  readonly told: string[] = []

  setGrant(userId: string, { peers }: Parameters<RelayPolicy['setGrant']>[1]): void {
    const written = typeof peers === 'string' ? peers : peers.toSorted().join(' ')
    this.#tell(userId, written === '' ? 'nobody' : written)
  }

  revoke(userId: string): void {
    this.#tell(userId, 'revoked')
  }

  /** What holds for the user of a credential. */
  of(username: string | undefined): string {
    return this.#states.get(this.#numberOf(username?.replace(/^\d+:/, '') ?? '')) ?? 'unknown'
  }

  #tell(userId: string, state: string): void {
    const number = this.#numberOf(userId)
    this.#states.set(number, state)
    this.told.push(`${number} ${state}`)
  }

  #numberOf(userId: string): number {
    const number = this.#numbers.get(userId) ?? this.#numbers.size + 1
    this.#numbers.set(userId, number)
    return number
  }
}
