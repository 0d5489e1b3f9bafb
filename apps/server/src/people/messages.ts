import type { Clock } from '@duet/base'
import type { UserId } from '@duet/rules'
import type { Message } from '../store/message-store.ts'
import { ConversationQueue } from './conversation-queue.ts'
import type { Desk } from './desk.ts'
import { MAX_MESSAGES_UNDERWAY } from './limits.ts'
import type { DeviceNotice, MessageRefusal } from './people.ts'
import type { Reach } from './sight.ts'
import type { PeopleStores } from './stores.ts'

/** A message as a device says it. */
export interface SaidMessage {
  to: UserId | null
  body: string
  /** The same from the same user again is the same message. */
  clientId: string
}

export interface MessagesOptions {
  stores: PeopleStores
  clock: Clock
  /** The desks of users who attend. */
  deskOf: (user: UserId) => Desk | undefined
  /** Those who may see this user, and did not block it. */
  audienceOf: (user: UserId) => Iterable<Desk>
  reachOf: (desk: Desk, to: UserId) => Reach
  /** Whether the user may write one more now. */
  takeTurn: (user: UserId) => boolean
  mayWriteToAll: (user: UserId) => Promise<boolean>
}

/** Text between users: kept first, then told, one conversation in one order on all devices. */
export class Messages {
  readonly #options: MessagesOptions
  readonly #queue = new ConversationQueue()

  constructor(options: MessagesOptions) {
    this.#options = options
  }

  /** `answer` tells the device that said it. Rejects with a StoreError. */
  async send(
    desk: Desk,
    said: SaidMessage,
    answer: (notice: DeviceNotice) => void,
  ): Promise<MessageRefusal | undefined> {
    const isBusy = desk.messagesUnderway >= MAX_MESSAGES_UNDERWAY
    if (isBusy || !this.#options.takeTurn(desk.user)) return 'rate-limited'
    desk.messagesUnderway++
    try {
      // It is judged in its turn: what takes longer to judge is not overtaken.
      return await this.#queue.run(conversationOf(desk.user, said.to), async () => {
        const refusal = await this.#judge(desk, said)
        if (!refusal) await this.#keep(desk.user, said, answer)
        return refusal
      })
    } finally {
      desk.messagesUnderway--
    }
  }

  /** Rejects with a StoreError. */
  async markRead(desk: Desk, other: UserId | null, upTo: number): Promise<void> {
    await this.#queue.run(conversationOf(desk.user, other), async () => {
      const unread = await this.#options.stores.messages.markRead(desk.user, other, upTo)
      desk.setUnread(other, unread)
      desk.tell({ type: 'messages-read', with: other, upTo, unread })
    })
  }

  /** Resolves when everything that was said is kept, or refused. */
  settled(): Promise<void> {
    return this.#queue.settled()
  }

  async #judge(desk: Desk, { to }: SaidMessage): Promise<MessageRefusal | undefined> {
    const { reachOf, mayWriteToAll } = this.#options
    if (to === null) return (await mayWriteToAll(desk.user)) ? undefined : 'not-allowed'
    const reach = reachOf(desk, to)
    if (reach === 'open') return undefined
    return reach === 'no-such-user' ? reach : 'not-allowed'
  }

  async #keep(
    from: UserId,
    { to, body, clientId }: SaidMessage,
    answer: (notice: DeviceNotice) => void,
  ): Promise<void> {
    const { stores, clock } = this.#options
    const { message, isNew } = await stores.messages.add({
      from,
      to,
      body,
      clientId,
      sentAt: clock.now(),
    })
    if (isNew) this.#tell(message, clientId)
    else answer({ type: 'message', message, clientId })
  }

  #tell(message: Message, clientId: string): void {
    const { deskOf, audienceOf } = this.#options
    const { from, to } = message
    deskOf(from)?.tell({ type: 'message', message, clientId })
    // One notice for all: a gateway may write it once.
    const notice: DeviceNotice = { type: 'message', message }
    const reader = to === null ? undefined : deskOf(to)
    for (const desk of to === null ? audienceOf(from) : reader ? [reader] : []) {
      desk.received(message)
      desk.tell(notice)
    }
  }
}

function conversationOf(user: UserId, other: UserId | null): string {
  if (other === null) return 'all'
  return user < other ? `${user}-${other}` : `${other}-${user}`
}
