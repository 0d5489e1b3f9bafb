import type { CallEndReason, CallId, CallMedia, MessageInfo, UserId } from '@duet/protocol'

/** Who may make an account. */
export const REGISTRATION_MODES = ['open', 'invitation', 'closed'] as const
export type RegistrationMode = (typeof REGISTRATION_MODES)[number]

/** The user who is logged in. */
export interface Self {
  id: UserId
  name: string
  displayName: string
  isAdministrator: boolean
  doNotDisturb: boolean
}

/** What the server says to everybody: who asks, and how accounts are made here. */
export interface Welcome {
  /** Null: nobody is logged in. */
  user: Self | null
  registration: RegistrationMode
  hasAdministrator: boolean
  rooms: 'everyone' | 'accounts'
  people: 'everyone' | 'contacts'
}

/** What one logs in with, or asks for. */
export interface Credentials {
  name: string
  password: string
  displayName?: string
  /** The token of an invitation link. */
  invitation?: string
}

/** One device on which the user is logged in. */
export interface LoginInfo {
  id: number
  label: string
  address: string
  createdAt: number
  usedAt: number
  isCurrent: boolean
}

/** A call in the history. Times are milliseconds since the epoch. */
export interface HistoryCall {
  id: CallId
  caller: UserId
  callee: UserId
  media: CallMedia
  startedAt: number
  answeredAt: number | null
  endedAt: number | null
  /** Null while it goes on. */
  reason: CallEndReason | null
  /** The words of a decline. */
  text: string | null
  isMissed: boolean
  /** The other one. */
  with: { id: UserId; name: string; displayName: string }
}

/** What one side's page measured during a call; made by that page, so nothing of it is certain. */
export interface CallReport {
  userId: UserId
  at: number
  figures: unknown
}

/** A room that this user opened. */
export interface OpenedRoom {
  name: string
  hasWaitingRoom: boolean
  /** Milliseconds since the epoch; null: no limit. */
  validFrom: number | null
  validUntil: number | null
  createdAt: number
}

/** What a link in an e-mail or a chat is good for. */
export type LinkKind = 'invitation' | 'reset' | 'administrator'

export interface LinkInfo {
  isValid: boolean
  /** Of a reset: whose password. */
  name?: string
}

/** An account as administrators see it. */
export interface AdminUser extends Self {
  createdAt: number
  lastSeenAt: number | null
}

export interface ServerSettings {
  registration: RegistrationMode
  mayAllWriteToAll: boolean
}

export interface ServerOverview extends ServerSettings {
  users: AdminUser[]
}

export interface MessagesPage {
  /** Oldest first. */
  messages: MessageInfo[]
}
