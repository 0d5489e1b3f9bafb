import type { Clock } from '@duet/base'
import { signal, type ReadonlySignal } from '@preact/signals'
import type { AttentionPort } from '../ports.ts'
import type { ApiClient } from './api-client.ts'
import type { Self } from './api-types.ts'
import { ConversationShelf } from './conversation-shelf.ts'
import { PeopleModel } from './people-model.ts'
import type { CallsPort, PhonePort } from './phone-port.ts'

export interface SignedInOptions<Calls extends CallsPort & { close(): void }> {
  self: Self
  phone: PhonePort
  calls: Calls
  api: ApiClient
  timers: Clock
  attention: AttentionPort
  /** The login was ended: on another page, or by the server. */
  onEnded: () => void
}

/** "5 minutes ago" grows old, in milliseconds. */
const NOW_INTERVAL_MS = 30_000

/** Everything that lives from the login to the logout. */
export class SignedIn<Calls extends CallsPort & { close(): void }> {
  readonly self: ReadonlySignal<Self>
  readonly people: PeopleModel
  readonly conversations: ConversationShelf
  readonly calls: Calls
  readonly phone: PhonePort
  readonly attention: AttentionPort
  /** Missed calls since the history was looked at. */
  readonly missed: ReadonlySignal<number>
  /** Whether this page can be rung and told things. */
  readonly connection: ReadonlySignal<PhonePort['state']['name']>
  /** Now, coarsely: milliseconds since the epoch. */
  readonly now: ReadonlySignal<number>
  readonly #self
  readonly #phone: PhonePort
  readonly #stop: (() => void)[]
  #isClosed = false

  constructor(options: SignedInOptions<Calls>) {
    const { phone, api, timers, self } = options
    this.#phone = phone
    this.phone = phone
    this.calls = options.calls
    this.attention = options.attention
    this.#self = signal(self)
    this.self = this.#self
    this.people = new PeopleModel(phone, api)
    this.conversations = new ConversationShelf({ api, phone, timers })
    const missed = signal(phone.missed)
    const connection = signal<PhonePort['state']['name']>(phone.state.name)
    const now = signal(timers.now())
    this.missed = missed
    this.connection = connection
    this.now = now
    this.#stop = [
      phone.on('history', (count) => (missed.value = count)),
      phone.on('state', ({ name }) => {
        connection.value = name
        if (name === 'signed-out') options.onEnded()
      }),
      phone.on('self', (next) => {
        missed.value = phone.missed
        // Somebody else logged in on another tab: this page is theirs from now on.
        if (next.id === self.id) this.setSelf(next)
        else options.onEnded()
      }),
      timers.every(NOW_INTERVAL_MS, () => (now.value = timers.now())),
    ]
  }

  /** What the server keeps of the user now. */
  setSelf(changes: Partial<Self>): void {
    this.#self.value = { ...this.#self.peek(), ...changes }
  }

  /** Idempotent. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const stop of this.#stop.splice(0)) stop()
    this.conversations.close()
    this.people.close()
    this.calls.close()
    this.#phone.close()
  }
}
