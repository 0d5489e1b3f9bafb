import { DuetError } from '@duet/base'
import type {
  CallId,
  CallMedia,
  CallNotice,
  CallRefusal,
  RoomPolicy,
  UserId,
  UserPresence,
} from '@duet/rules'
import type { Identity } from '../accounts/identity.ts'
import type { User } from '../store/account-store.ts'
import type { Message } from '../store/message-store.ts'
import type { ContactState } from '../store/people-store.ts'

/** Another user, as one user may see it. */
export interface SeenPerson {
  user: User
  /** `offline` for those who may not be seen. */
  presence: UserPresence
  lastSeenAt: number | null
  contact: ContactState | null
  isBlocked: boolean
  unread: number
}

/** What a device is told when it begins to attend. */
export interface Overview {
  self: User
  /** All others whom the user may see, by name. */
  people: SeenPerson[]
  unreadToAll: number
  mayWriteToAll: boolean
  missed: number
}

/** Why a request of a device was not carried out. */
export type DeviceRefusal =
  | CallRefusal
  | 'not-allowed'
  | 'rate-limited'
  | 'unavailable'
  | 'internal'

/** What a device hears; a gateway says it in its dialect. */
export type DeviceNotice =
  | CallNotice
  | { type: 'refused'; code: DeviceRefusal; ref: number }
  | { type: 'person'; person: SeenPerson }
  | { type: 'person-gone'; user: UserId }
  | { type: 'self'; self: User }
  /** From, or to, this user. `clientId`: on devices of the sender. */
  | { type: 'message'; message: Message; clientId?: string }
  | { type: 'messages-read'; with: UserId | null; upTo: number; unread: number }
  | { type: 'history-changed'; missed: number }
  /** Its login was ended: it attends no more. */
  | { type: 'signed-out' }
  /** Its connection is lost, and another device of the user took its place: it attends no more. */
  | { type: 'displaced' }

export interface DeviceOptions {
  identity: Identity
  /** Names the device in the core: one session or connection. */
  address: string
  /** It can set up a leg while it rings. */
  connectsEarly: boolean
  onNotice: (notice: DeviceNotice) => void
}

/** Why a message was not kept. */
export type MessageRefusal = 'no-such-user' | 'not-allowed' | 'rate-limited'

/** The user, or the server, has as many devices as it may have. */
export class TooManyDevicesError extends DuetError<'rate-limited'> {
  constructor() {
    super('rate-limited', 'too many devices attend')
    this.name = 'TooManyDevicesError'
  }
}

/** Logins that were ended; all of the user where none is named. */
export interface SignOut {
  user: UserId
  logins?: readonly number[]
}

/** One device of a user, from `attend` until it is gone. Answers come as notices. */
export interface DeviceStay {
  readonly user: UserId
  /** How things stand now. */
  overview(): Overview
  place(to: UserId, media: CallMedia, ref: number): void
  /** It really rings. */
  ringing(call: CallId): void
  accept(call: CallId, ref: number): void
  decline(call: CallId, text: string | undefined, ref: number): void
  /** Cancels while it rings, hangs up after. */
  end(call: CallId, ref: number): void
  /**
   * It stands for a device that had the call before; `leg`: the one that it goes on with, for a
   * server that was away.
   */
  rejoin(call: CallId, leg: number | undefined, ref: number): void
  /** Kept and brought to all devices of both when this resolves without a refusal. Rejects with a StoreError. */
  send(message: {
    to: UserId | null
    body: string
    clientId: string
  }): Promise<MessageRefusal | undefined>
  markRead(other: UserId | null, upTo: number): Promise<void>
  connectionLost(): void
  connectionBack(): void
  /** Final and idempotent; isLost: its connection did not come back. */
  leave(isLost: boolean): void
}

/** Presence, calls and messages of users: what every dialect that knows users stands on. */
export interface People {
  /** The overview is told before any notice. Rejects with a StoreError or a TooManyDevicesError. */
  attend(options: DeviceOptions, onOverview: (overview: Overview) => void): Promise<DeviceStay>
  /** All whom `user` may see, by name. */
  seenBy(user: UserId): Promise<SeenPerson[]>
  /** May `user` enter the room of this leg, and with which policy. */
  legPolicy(
    user: UserId,
    call: CallId,
    leg: number,
  ): Promise<RoomPolicy | undefined> | RoomPolicy | undefined
  /** From a notification while no page is open. */
  decline(user: UserId, call: CallId, text: string | undefined): CallRefusal | undefined
  /** An account came to be, or its name or wishes changed. */
  userChanged(user: User): void
  /** An account was deleted: its devices are signed out, its calls end. */
  userDeleted(user: UserId): void
  /** Contacts or blocks between the two changed. */
  relationChanged(one: UserId, other: UserId): void
  /** These logins were ended: their devices are signed out. */
  loginsEnded(user: UserId, logins: readonly number[]): void
  /** The history of this user changed by its own will. */
  historyChanged(user: UserId): void
  /** Tells whose sockets have to be closed, attending or not; returns the unsubscribe. */
  onSignOut(listener: (signOut: SignOut) => void): () => void
  /** Keeps what is not kept yet; ends no call. Idempotent. */
  close(): Promise<void>
}
