import type {
  Attending,
  CallEndReason,
  CloseName,
  ErrorCode,
  MessageInfo,
  PersonInfo,
  UserId,
} from '@duet/protocol'
import type { Call } from './call.ts'
import type { CaptureInfo } from './captures/capture-info.ts'
import type { SafetyPhrase } from './safety-phrase.ts'
import type { UserCall } from './user-call.ts'

/** The user who is logged in on this page. */
export type SelfInfo = Attending['self']

/**
 * Whether this page can be rung. Transitions:
 *
 *     connecting -> attending <-> offline
 *     any -> signed-out               (final: make another phone after the next login)
 *
 * offline: the server cannot be reached; people are shown as they were last known.
 */
export type PhoneState =
  | { name: 'connecting' }
  | { name: 'attending' }
  | { name: 'offline' }
  | { name: 'signed-out' }

/** Why something that was asked for did not happen. */
export type PhoneRefusal = ErrorCode | CloseName

/** What a phone tells; see `Phone`. */
export type PhoneEvents = {
  state: [state: PhoneState]
  /**
   * Who is logged in, changed; also each time this page begins to attend anew: messages and
   * history of the time between are to be loaded.
   */
  self: [self: SelfInfo]
  /** People, `unreadToAll` or `mayWriteToAll` changed. */
  people: [people: readonly PersonInfo[]]
  /** Another call, which rings or was placed; null when it ended. */
  call: [call: UserCall | null]
  /** A message from or to this user; `clientId` when it was written here or on another device. */
  message: [message: MessageInfo, clientId?: string]
  /** Read here or on another device. */
  read: [withUser: UserId | null, upTo: number, unread: number]
  /** The history of calls changed. */
  history: [missed: number]
  /** Something was refused; `clientId` names the message that will not be sent. */
  refused: [code: PhoneRefusal, clientId?: string]
}

/**
 * Where a call between users stands, on this device. Transitions:
 *
 *     placing -> ringing -> talking -> ended        (out)
 *     placing -> talking                            (both called at once)
 *     incoming -> talking -> ended                  (in)
 *     any -> ended
 *
 * isRinging: a device of the callee really rings. isAccepting: `accept()` was called, and the
 * server has not said yet that this device has the call.
 */
export type UserCallState =
  | { name: 'placing' }
  | { name: 'ringing'; isRinging: boolean }
  | { name: 'incoming'; isAccepting: boolean }
  | { name: 'talking' }
  | { name: 'ended'; reason: CallEndReason; text?: string }
  /** The server did not place the call; `code` has its sentence on the page. */
  | { name: 'ended'; reason: 'refused'; code: ErrorCode; text?: undefined }

export type UserCallEndReason = Extract<UserCallState, { name: 'ended' }>['reason']

/** What a call between users tells; see `UserCall`. */
export type UserCallEvents = {
  state: [state: UserCallState]
  /** The connection that carries it; null when it ended. */
  leg: [leg: Call | null]
  phrase: [phrase: SafetyPhrase | null]
  /** As of a `Call`. */
  capture: [capture: CaptureInfo]
}
