import type { Clock } from '@duet/base'
import { TokenBucket } from '../../bounds/rate.ts'
import type { NativeLimits } from './limits.ts'

interface AddressUse {
  sessions: number
  bucket: TokenBucket
}

/** Counts sessions in all and by address, and how fast an address begins new ones. */
export class SessionLimiter {
  readonly #limits: NativeLimits
  readonly #clock: Clock
  readonly #uses = new Map<string, AddressUse>()
  #sessions = 0

  constructor(limits: NativeLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
  }

  /** Addresses that are remembered. */
  get size(): number {
    return this.#uses.size
  }

  /** Counts a new session in; false when the address, or the server, has too many. */
  admit(address: string): boolean {
    const use = this.#uses.get(address) ?? {
      sessions: 0,
      bucket: new TokenBucket(this.#limits.sessionRate, this.#clock),
    }
    this.#uses.set(address, use)
    if (this.#sessions >= this.#limits.maxSessions) return false
    if (use.sessions >= this.#limits.maxSessionsPerAddress || !use.bucket.take()) return false
    use.sessions++
    this.#sessions++
    return true
  }

  /** Counts an admitted session out. */
  release(address: string): void {
    const use = this.#uses.get(address)
    if (!use) return
    use.sessions--
    this.#sessions--
  }

  /** Drops addresses that hold nothing and may begin at full rate again. */
  forgetIdle(): void {
    for (const [address, use] of this.#uses) {
      if (use.sessions === 0 && use.bucket.isFull) this.#uses.delete(address)
    }
  }
}
