import { FakeClock, type Clock } from '@duet/base'
import type { UserId } from '@duet/rules'
import type { CallRecord } from '../call-store.ts'
import type { Store } from '../store.ts'

export const DAY_MS = 86_400_000

/** Opens the same database again and again. */
export type OpenStore = (clock: Clock, people?: 'everyone' | 'contacts') => Promise<Store>

/** The code with which it was refused. */
export async function refusalOf(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => 'not refused',
    (error: { code?: unknown }) => error.code,
  )
}

/** The store that the conformance suite tries, and what fills it. */
export class StoreStage {
  readonly clock = new FakeClock()
  readonly open: OpenStore
  #store: Store | undefined
  #made = 0

  constructor(open: OpenStore) {
    this.open = open
  }

  get store(): Store {
    if (!this.#store) throw new Error('the store is not open')
    return this.#store
  }

  async begin(): Promise<void> {
    this.#store = await this.open(this.clock)
  }

  end(): Promise<void> {
    return this.store.close()
  }

  readonly newUser = async (isAdministrator = false): Promise<UserId> => {
    const made = ++this.#made
    const user = await this.store.accounts.createUser({
      name: `user-${made}`,
      displayName: `User ${made}`,
      passwordHash: `hash ${made}`,
      isAdministrator,
    })
    return user.id
  }

  readonly newLogin = (userId: UserId, digest = `digest-${++this.#made}`) =>
    this.store.accounts.createLogin({
      userId,
      digest,
      label: 'Firefox on Linux',
      address: '192.0.2.1',
      expiresAt: this.clock.now() + DAY_MS,
    })

  readonly say = async (
    from: UserId,
    to: UserId | null,
    body: string,
    clientId = `c${++this.#made}`,
  ) => {
    const sentAt = this.clock.now()
    const { message } = await this.store.messages.add({ from, to, body, clientId, sentAt })
    return message
  }

  readonly newCall = async (caller: UserId, callee: UserId): Promise<CallRecord> => {
    const call: CallRecord = {
      id: (++this.#made).toString(16).padStart(32, '0'),
      caller,
      callee,
      media: 'video',
      startedAt: this.clock.now(),
      answeredAt: null,
      endedAt: null,
      reason: null,
      text: null,
      endedBy: null,
    }
    await this.store.calls.begin(call)
    return call
  }
}
