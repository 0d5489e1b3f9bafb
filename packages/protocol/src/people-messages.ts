/** Names an account: positive, 31 bits. */
export type UserId = number

/** Names a call between two users on all devices and in the history; 32 hexadecimal digits. */
export type CallId = string

export type CallMedia = 'audio' | 'video'

export type UserPresence = 'online' | 'in-call' | 'do-not-disturb' | 'offline'

/** Why a call ended; `answered-elsewhere` is told to the callee's other devices only. */
export type CallEndReason =
  | 'hung-up'
  | 'declined'
  | 'cancelled'
  | 'no-answer'
  | 'busy'
  | 'offline'
  | 'do-not-disturb'
  | 'lost'
  | 'answered-elsewhere'

/** Where two users stand: nothing yet, one of them asked the other, both agreed. */
export type ContactState = 'none' | 'asked' | 'asking' | 'accepted'

/** Another user, as this one may see it. */
export interface PersonInfo {
  id: UserId
  /** Unique; what one logs in with. */
  name: string
  displayName: string
  /** `offline` as well for those who may not be seen. */
  presence: UserPresence
  /** When offline: milliseconds since the epoch; null when it never came, or may not be seen. */
  lastSeenAt: number | null
  contact: ContactState
  /** This user blocked the other one. */
  isBlocked: boolean
  /** Messages from it that are not read. */
  unread: number
}

/** A call between two users. */
export interface UserCallInfo {
  id: CallId
  caller: UserId
  callee: UserId
  media: CallMedia
  /** Milliseconds since the epoch, by the server's clock. */
  startedAt: number
}

/** A text message between users, as it is kept. */
export interface MessageInfo {
  /** Grows; one order on all devices. */
  id: number
  from: UserId
  /** Null: to everyone. */
  to: UserId | null
  body: string
  /** Milliseconds since the epoch. */
  sentAt: number
}

/** This session is a device of the user who is logged in: to be rung, and told of people. */
export interface Attend {
  type: 'attend'
}

/** Rings another user. Answered with `call-placed`, `call-accepted` (K9) or an error. */
export interface PlaceCall {
  type: 'place-call'
  to: UserId
  media: CallMedia
}

/** This device really rings. */
export interface RingingCall {
  type: 'call-ringing'
  call: CallId
}

export interface AcceptCall {
  type: 'accept-call'
  call: CallId
}

export interface DeclineCall {
  type: 'decline-call'
  call: CallId
  text?: string
}

/** Cancels while it rings, hangs up after. */
export interface EndCall {
  type: 'end-call'
  call: CallId
}

/** This session stands for the one that had the call on this page before. */
export interface RejoinCall {
  type: 'rejoin-call'
  call: CallId
  /** The leg that it goes on with, for a server that was away. */
  leg?: number
}

/** Keeps a message and brings it to all devices of both, this one included. */
export interface SendMessage {
  type: 'send-message'
  /** Null: to everyone. */
  to: UserId | null
  body: string
  /** Chosen by the client: the same again is the same message. */
  clientId: string
}

/** Messages with `with` (null: to everyone) up to this one are read. */
export interface MarkRead {
  type: 'mark-read'
  with: UserId | null
  upTo: number
}

/** Numbered requests of a device. */
export type PeopleRequest =
  | Attend
  | PlaceCall
  | RingingCall
  | AcceptCall
  | DeclineCall
  | EndCall
  | RejoinCall
  | SendMessage
  | MarkRead

/** Answers `attend`. */
export interface Attending {
  type: 'attending'
  self: { id: UserId; name: string; displayName: string; doNotDisturb: boolean }
  /** All others whom this user may see, by name. */
  people: PersonInfo[]
  /** Unread messages to everyone. */
  unreadToAll: number
  /** Whether this user may write to everyone. */
  mayWriteToAll: boolean
  /** Missed calls since the history was last looked at. */
  missed: number
}

/** A person came to be, or changed. */
export interface PersonChanged {
  type: 'person'
  person: PersonInfo
}

export interface PersonGone {
  type: 'person-gone'
  user: UserId
}

/** What the user set on another device, or in the settings. */
export interface SelfChanged {
  type: 'self'
  self: Attending['self']
}

/** The other user is being rung. */
export interface CallPlaced {
  type: 'call-placed'
  call: UserCallInfo
  /** The `seq` of the request. */
  replyTo: number
}

/** Ring. Again for a call that rings already: the leg is a new one. */
export interface IncomingCall {
  type: 'incoming-call'
  call: UserCallInfo
  /** Connect this leg meanwhile: the room of K8. */
  leg?: number
}

/** To the caller: whether any device really rings. */
export interface CallRinging {
  type: 'call-ringing'
  call: CallId
  isRinging: boolean
  leg?: number
}

/** To the two devices that have the call from now on. */
export interface CallAccepted {
  type: 'call-accepted'
  call: UserCallInfo
  leg: number
  /** The `seq` of the request that it answers. */
  replyTo?: number
}

export interface CallEnded {
  type: 'call-ended'
  call: CallId
  reason: CallEndReason
  /** The words of a decline. */
  text?: string
}

/** A message was kept: from, or to, this user. */
export interface MessageCame {
  type: 'message'
  message: MessageInfo
  /** On devices of the sender: what it chose. */
  clientId?: string
}

/** Read on one of this user's devices. */
export interface MessagesRead {
  type: 'messages-read'
  with: UserId | null
  upTo: number
  unread: number
}

/** The history of calls changed: another call in it, or looked at. */
export interface HistoryChanged {
  type: 'history-changed'
  missed: number
}

/** What a server says to a device. */
export type PeopleEvent =
  | Attending
  | PersonChanged
  | PersonGone
  | SelfChanged
  | CallPlaced
  | IncomingCall
  | CallRinging
  | CallAccepted
  | CallEnded
  | MessageCame
  | MessagesRead
  | HistoryChanged
