import type { Clock } from '@duet/base'
import { batch, computed, signal, type ReadonlySignal } from '@preact/signals'
import type { PhoneRefusal } from '@duet/client'
import { MAX_MESSAGE_LENGTH, type MessageInfo, type UserId } from '@duet/protocol'
import type { ApiFault } from '../../i18n/api-sentences.ts'
import type { ApiClient } from './api-client.ts'
import type { PhonePort } from './phone-port.ts'

/** Messages that are asked for at once. */
const PAGE_LENGTH = 50

/** Messages kept on the page; older ones are asked for again when somebody scrolls up to them. */
const MAX_KEPT = 2000

/** A message that is not known to be kept yet. */
export interface OutgoingMessage {
  clientId: string
  body: string
  sentAt: number
  /** Why it will not be sent; null while it is on its way. */
  refusal: PhoneRefusal | null
}

/** loading: the newest messages are asked for. */
export type LoadState =
  | { name: 'loading' }
  | { name: 'ready' }
  | { name: 'failed'; fault: ApiFault }

export interface ConversationOptions {
  /** Null: with everyone. */
  other: UserId | null
  api: ApiClient
  phone: PhonePort
  timers: Clock
}

/** The messages with one user, or with everyone. */
export class ConversationModel {
  readonly other: UserId | null
  /** In order, each once. */
  readonly messages: ReadonlySignal<readonly MessageInfo[]>
  readonly outgoing: ReadonlySignal<readonly OutgoingMessage[]>
  readonly newest: ReadonlySignal<LoadState>
  readonly older: ReadonlySignal<LoadState>
  /** There is more above. */
  readonly hasOlder: ReadonlySignal<boolean>
  /** The first message that was not read when somebody came to look; null for none. */
  readonly firstUnread: ReadonlySignal<number | null>
  /** What is being written; outlives the page. */
  readonly draft = signal('')
  readonly #messages = signal<readonly MessageInfo[]>([])
  readonly #outgoing = signal<readonly OutgoingMessage[]>([])
  readonly #newest = signal<LoadState>({ name: 'loading' })
  readonly #older = signal<LoadState>({ name: 'ready' })
  readonly #hasOlder = signal(false)
  readonly #unreadAtVisit = signal(0)
  /** Nothing above this one is new to somebody who looks. */
  readonly #lineBefore = signal<number | null>(null)
  readonly #options: ConversationOptions
  readonly #stop: (() => void)[]
  #isLooking = false
  #readUpTo = 0
  #isAsking = false

  constructor(options: ConversationOptions) {
    const { phone, other } = options
    this.#options = options
    this.other = other
    this.messages = this.#messages
    this.outgoing = this.#outgoing
    this.newest = this.#newest
    this.older = this.#older
    this.hasOlder = this.#hasOlder
    this.firstUnread = this.#lineBefore
    this.#stop = [
      phone.on('message', (message, clientId) => this.#handleMessage(message, clientId)),
      phone.on('refused', (code, clientId) => this.#handleRefusal(code, clientId)),
      // It attends anew: what came meanwhile is not told again.
      phone.on('self', () => void this.load()),
    ]
    void this.load()
  }

  /** Messages that wait or failed, which would be lost with this model. */
  readonly isNeeded = computed(() => this.#outgoing.value.length > 0 || this.draft.value !== '')

  /** Whether a message is this user's own. */
  isOwn({ from }: MessageInfo): boolean {
    return from === this.#options.phone.self?.id
  }

  /** Somebody came to look; `unread` messages are new to them. */
  visit(unread: number): void {
    this.#unreadAtVisit.value = unread
    this.#lineBefore.value = null
    if (this.#newest.peek().name === 'ready') this.#drawLine()
  }

  /** Whether somebody looks at the newest messages just now: those count as read. */
  look(isLooking: boolean): void {
    this.#isLooking = isLooking
    this.#markRead()
  }

  /** Asks for the newest messages. */
  async load(): Promise<void> {
    if (this.#isAsking) return
    this.#isAsking = true
    if (this.#newest.peek().name === 'failed') this.#newest.value = { name: 'loading' }
    const { api, other } = this.#options
    const result = await api.messages(other, { limit: PAGE_LENGTH })
    this.#isAsking = false
    if (!result.ok) {
      if (this.#newest.peek().name === 'loading') {
        this.#newest.value = { name: 'failed', fault: result.fault }
      }
      return
    }
    batch(() => {
      this.#takeNewest(result.value.messages)
      this.#newest.value = { name: 'ready' }
      this.#drawLine()
    })
    this.#markRead()
  }

  /** Asks for what was before the oldest one here. */
  async loadOlder(): Promise<void> {
    const [first] = this.#messages.peek()
    if (!first || !this.#hasOlder.peek() || this.#older.peek().name === 'loading') return
    this.#older.value = { name: 'loading' }
    const { api, other } = this.#options
    const result = await api.messages(other, { before: first.id, limit: PAGE_LENGTH })
    batch(() => {
      if (!result.ok) {
        this.#older.value = { name: 'failed', fault: result.fault }
        return
      }
      this.#older.value = { name: 'ready' }
      this.#hasOlder.value = result.value.messages.length === PAGE_LENGTH
      this.#messages.value = merge(this.#messages.peek(), result.value.messages)
    })
  }

  /** Sends what is being written, if anything is. */
  send(): void {
    const body = this.draft.peek().trim().slice(0, MAX_MESSAGE_LENGTH)
    if (body === '') return
    this.draft.value = ''
    this.#send(body)
  }

  sendAgain(clientId: string): void {
    const message = this.#outgoing.peek().find((outgoing) => outgoing.clientId === clientId)
    this.discard(clientId)
    if (message) this.#send(message.body)
  }

  discard(clientId: string): void {
    this.#outgoing.value = this.#outgoing.peek().filter((other) => other.clientId !== clientId)
  }

  close(): void {
    for (const stop of this.#stop.splice(0)) stop()
  }

  #send(body: string): void {
    const { phone, timers, other } = this.#options
    const message = {
      clientId: phone.send(other, body),
      body,
      sentAt: timers.now(),
      refusal: null,
    }
    this.#outgoing.value = [...this.#outgoing.peek(), message]
  }

  #handleMessage(message: MessageInfo, clientId: string | undefined): void {
    if (!this.#concerns(message)) return
    batch(() => {
      if (clientId !== undefined) this.discard(clientId)
      const kept = merge(this.#messages.peek(), [message])
      this.#messages.value = kept.slice(-MAX_KEPT)
      if (kept.length > MAX_KEPT) this.#hasOlder.value = true
    })
    this.#markRead()
  }

  #handleRefusal(refusal: PhoneRefusal, clientId: string | undefined): void {
    this.#outgoing.value = this.#outgoing
      .peek()
      .map((message) => (message.clientId === clientId ? { ...message, refusal } : message))
  }

  #concerns({ from, to }: MessageInfo): boolean {
    const { other } = this.#options
    if (other === null || to === null) return other === to
    return from === other || to === other
  }

  #takeNewest(page: readonly MessageInfo[]): void {
    const known = this.#messages.peek()
    const isFull = page.length === PAGE_LENGTH
    const last = known.at(-1)
    const hasGap = isFull && last !== undefined && (page[0]?.id ?? 0) > last.id
    if (known.length === 0 || hasGap) {
      this.#messages.value = merge([], page)
      this.#hasOlder.value = isFull
      return
    }
    this.#messages.value = merge(known, page)
  }

  /** Finds the first message that is new to the visitor. Once for each visit. */
  #drawLine(): void {
    const unread = this.#unreadAtVisit.peek()
    if (unread === 0) return
    this.#unreadAtVisit.value = 0
    const others = this.#messages.peek().filter((message) => !this.isOwn(message))
    this.#lineBefore.value = others.at(-unread)?.id ?? others[0]?.id ?? null
  }

  #markRead(): void {
    if (!this.#isLooking || this.#newest.peek().name !== 'ready') return
    const last = this.#messages.peek().findLast((message) => !this.isOwn(message))
    if (!last || last.id <= this.#readUpTo) return
    this.#readUpTo = last.id
    this.#options.phone.markRead(this.#options.other, last.id)
  }
}

/** Both, in order, each message once. */
function merge(
  known: readonly MessageInfo[],
  others: readonly MessageInfo[],
): readonly MessageInfo[] {
  const byId = new Map([...known, ...others].map((message) => [message.id, message]))
  return Array.from(byId.values()).sort((some, other) => some.id - other.id)
}
