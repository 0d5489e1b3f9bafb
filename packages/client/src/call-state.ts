import type { CloseName, DismissalReason, ErrorCode } from '@duet/protocol'

/** Why a call is over for the one who sees this state. */
export type EndReason =
  /** `leave()` was called here. */
  | 'left'
  /** The session was taken up by another page with the same token. */
  | 'session-taken'
  /** The seat in a cast is somebody else's, or nobody's. */
  | DismissalReason

/** Why a call cannot begin or go on. */
export type FailCode =
  | ErrorCode
  | CloseName
  | 'no-webrtc'
  /** The link has a key, and the page, being no secure context, has no cryptography to use it. */
  | 'insecure-page'
  | 'closed'

/** Why something that was asked for did not happen; the call goes on. */
export type RefusedCode =
  | ErrorCode
  /** A chat line that this link's key does not open, or that is not sealed and should be. */
  | 'chat-unreadable'

/** Why media does not flow although both sides are there. */
export type ReconnectReason =
  /** No packet has come for a second. */
  | 'no-packets'
  /** ICE reported `disconnected` or `failed`. */
  | 'ice'
  /** The peer's connection to the server is lost and nothing is heard from it. */
  | 'peer-away'

/**
 * Where a call stands, as one person sees it. Transitions:
 *
 *     idle -> joining -> waiting -> connecting -> connected <-> reconnecting
 *     joining -> full -> waiting | connecting      (a place in line, then a seat)
 *     joining -> knocking -> waiting | connecting  (the owner of the room lets it in)
 *     joining -> connecting                        (somebody was there before)
 *     connecting | connected | reconnecting -> waiting     (the peer left)
 *     any -> ended | failed;  ended | failed -> joining    (join() again)
 */
export type CallState =
  | { name: 'idle' }
  | { name: 'joining' }
  | { name: 'waiting' }
  | { name: 'full'; waiting: boolean }
  | { name: 'knocking' }
  | { name: 'connecting' }
  | { name: 'connected' }
  | { name: 'reconnecting'; reason: ReconnectReason }
  | { name: 'ended'; reason: EndReason }
  | { name: 'failed'; code: FailCode; message: string }

export type CallStateName = CallState['name']

/**
 * Whether the peer proved that it holds the link's key.
 *
 * none: nobody is there. checking: its proof is on the way. verified: the proof is right.
 * unverified: the room was typed by name on both sides, so there is no key; or the person
 * went on without. mismatch: no media flows until `continueUnverified()`; `fault` says why:
 * `own-key-missing` (the peer has a key, this link has none), `peer-key-missing` (this link
 * has a key, the peer shows none), `different` (two keys, or somebody changed a fingerprint
 * on the way).
 */
export type Verification =
  | { name: 'none' }
  | { name: 'checking' }
  | { name: 'verified' }
  | { name: 'unverified' }
  | { name: 'mismatch'; fault: 'own-key-missing' | 'peer-key-missing' | 'different' }

/** What the peer says that it sends; null until it says so, and for good on an older page. */
export interface PeerMedia {
  audio: boolean
  video: boolean
  /** The picture is a shared screen, not a camera. */
  screen: boolean
}

/** The other person. */
export interface RemotePeer {
  /** Empty when the peer gave none; an older page never does. */
  name: string
  /** Its connection to the server is lost. */
  isAway: boolean
  media: PeerMedia | null
}

/** Somebody who asks the owner of the room to be let in. */
export interface RoomGuest {
  id: string
  /** May be empty. */
  name: string
}

/** Why the other person is gone. */
export type PeerGoneReason = 'left' | 'lost'

export interface ChatLine {
  from: 'self' | 'peer'
  /** The writer's display name; may be empty. */
  name: string
  text: string
  /** Milliseconds since the epoch, when it was sent or received here. */
  at: number
  /** Encrypted with the link's key, so that the server could not read it. */
  isSealed: boolean
}

/** The link to the server; the media does not depend on it. */
export type SignalingState = 'connecting' | 'online' | 'offline'
