import type { UserId } from '@duet/rules'

/** A text message, as it is kept. */
export interface Message {
  /** Grows with time; one order for everybody. */
  id: number
  from: UserId
  /** Null: to everyone. */
  to: UserId | null
  body: string
  sentAt: number
}

export interface NewMessage {
  from: UserId
  to: UserId | null
  body: string
  sentAt: number
  /** Chosen by the client: the same from the same user again is the same message. */
  clientId: string
}

/** A conversation in a list. */
export interface Conversation {
  /** The other user; null: the messages to everyone. */
  with: UserId | null
  last: Message
  unread: number
}

export interface MessageStore {
  /** Keeps it once; `isNew` is false when it was kept before. */
  add(message: NewMessage): Promise<{ message: Message; isNew: boolean }>
  /**
   * Messages between the two (null: to everyone, from those whom the user may see and who are not
   * blocked, by either) with an id below `before`, the latest, in order.
   */
  between(
    userId: UserId,
    other: UserId | null,
    page: { before?: number; limit: number },
  ): Promise<Message[]>
  /** Latest first. Messages to everyone count for those who were there when they were sent. */
  conversationsOf(userId: UserId): Promise<Conversation[]>
  /** Everything up to `upTo` is read; never goes back. Returns how many are unread then. */
  markRead(userId: UserId, other: UserId | null, upTo: number): Promise<number>
}
