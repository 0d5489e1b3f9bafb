import type { UserId } from '@duet/rules'
import type { Message } from '../store/message-store.ts'
import type { Relation } from '../store/people-store.ts'
import type { AttendingDevice } from './attending-device.ts'
import type { DeviceNotice } from './people.ts'
import type { PeopleStores } from './stores.ts'

export interface DeskOptions {
  user: UserId
  stores: PeopleStores
}

/** What is known of a user while any device of it attends, read once from the store. */
export class Desk {
  readonly user: UserId
  readonly devices = new Set<AttendingDevice>()
  /** Devices that are about to attend. */
  arriving = 0
  relations: ReadonlyMap<UserId, Relation> = new Map()
  missed = 0
  /** Messages that are being kept. */
  messagesUnderway = 0
  readonly #stores: PeopleStores
  readonly #unread = new Map<UserId | null, number>()
  /** Messages that came while the others are being read. */
  #early: Message[] | undefined = []
  #reading: Promise<void> | undefined

  constructor({ user, stores }: DeskOptions) {
    this.user = user
    this.#stores = stores
  }

  /** Rejects with a StoreError; the next call tries again. */
  async ready(): Promise<void> {
    if (!this.#early) return
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined
    })
    await this.#reading
  }

  unreadFrom(other: UserId | null): number {
    return this.#unread.get(other) ?? 0
  }

  setUnread(other: UserId | null, count: number): void {
    // Whoever marks as read what nobody wrote is not to be remembered for it.
    if (count === 0) this.#unread.delete(other)
    else this.#unread.set(other, count)
  }

  /** Conversations with something unread; for tests. */
  get unreadConversations(): number {
    return this.#unread.size
  }

  /** A message for this user, or to everyone, was kept. */
  received(message: Message): void {
    if (this.#early) this.#early.push(message)
    else this.#count(message)
  }

  async readRelations(): Promise<void> {
    const relations = await this.#stores.people.relationsOf(this.user)
    this.relations = new Map(relations.map((relation) => [relation.userId, relation]))
  }

  async readMissed(): Promise<void> {
    this.missed = await this.#stores.calls.missedCount(this.user)
  }

  tell(notice: DeviceNotice): void {
    for (const device of this.devices) device.tell(notice)
  }

  async #read(): Promise<void> {
    const [conversations] = await Promise.all([
      this.#stores.messages.conversationsOf(this.user),
      this.readRelations(),
      this.readMissed(),
    ])
    const lastRead = new Map(conversations.map((each) => [each.with, each.last.id]))
    for (const each of conversations) this.setUnread(each.with, each.unread)
    const early = this.#early ?? []
    this.#early = undefined
    for (const message of early) {
      if (message.id > (lastRead.get(conversationOf(message)) ?? 0)) this.#count(message)
    }
  }

  #count(message: Message): void {
    const other = conversationOf(message)
    this.#unread.set(other, this.unreadFrom(other) + 1)
  }
}

/** The conversation of a message that somebody else wrote. */
function conversationOf({ from, to }: Message): UserId | null {
  return to === null ? null : from
}
