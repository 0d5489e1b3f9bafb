import type {
  CaptureAgreement,
  CaptureEvent,
  CapturePurpose,
  CaptureRequest,
} from './capture-messages.ts'
import type { PeopleEvent, PeopleRequest, UserId } from './people-messages.ts'
import type { ErrorCode } from './codes.ts'

/** Names one member of one room for as long as it has its seat; unguessable. */
export type MemberId = string

/** As `RTCSessionDescriptionInit` (W3C WebRTC), always with both fields. */
export interface Description {
  type: 'offer' | 'answer'
  sdp: string
}

/** As `RTCIceCandidateInit` (W3C WebRTC). */
export interface Candidate {
  candidate: string
  sdpMid?: string | null
  sdpMLineIndex?: number | null
  usernameFragment?: string | null
}

/** An offer or an answer on its way, with the proof that the sender knows the link's key. */
export interface DescriptionSignal {
  type: 'description'
  description: Description
  /** Authenticates the DTLS fingerprints in `sdp`; opaque to the server. */
  auth?: string
}

/** A candidate on its way; `null` says that there are no more. */
export interface CandidateSignal {
  type: 'candidate'
  candidate: Candidate | null
}

/** Says that the receiver's description could not be verified and nothing of it was used. */
export interface MismatchSignal {
  type: 'mismatch'
  /** Whether the sender's link has a key. */
  hasKey: boolean
}

/** What is relayed untouched between members. */
export type Signal = DescriptionSignal | CandidateSignal | MismatchSignal

/** One server of an `RTCConfiguration`. */
export interface IceServer {
  urls: string[]
  username?: string
  credential?: string
}

/** The other side, as a member sees it. */
export interface Peer {
  id: MemberId
  /** What the person wants to be called; may be empty. */
  name: string
  /** Chosen by the peer for each run of its page: the same again, the same peer connection. */
  tag: string
  /** Name of the older dialect that the peer speaks; absent when it speaks this one. */
  dialect?: string
  /** The account that the peer is logged in to. */
  user?: UserId
}

/** A peer that was there before, with what it left for a newcomer. */
export interface SeatedPeer extends Peer {
  /** True while its connection to the server is lost. */
  isAway: boolean
  /** Its media can be played from the media server; absent: it can't. */
  isPublishing?: boolean
  /** The waiting offer and its candidates, in order; empty when there is none. */
  signals: Signal[]
}

/** Numbers a message; see `sequence.ts`. */
export interface Sequenced {
  /** This message's number: 1, 2, 3 … in each direction of a session. */
  seq: number
  /** The highest number received from the other side. */
  ack: number
}

/** The first frame of every connection. */
export interface Hello {
  type: 'hello'
  version: number
  /** The token of the session to take up again. */
  session?: string
  /** With `session`: the highest number received in it. */
  ack?: number
  /** With `session`: grows with every connection; a `hello` that others overtook is too late. */
  attempt?: number
}

/** Takes a seat in a room, or stands in line for one. */
export interface Join {
  type: 'join'
  room: string
  tag: string
  name?: string
  /** Stand in line when the room is full. */
  wait?: boolean
}

/** Gives the seat, or the place in line, up. */
export interface Leave {
  type: 'leave'
}

/** A signal to `to`; without `to`, to the one who is there, or kept for the one who comes. */
export type SendSignal = Signal & { to?: MemberId }

/** Says whether anything is heard from a peer whose connection to the server is lost. */
export interface Hearing {
  type: 'hearing'
  peer: MemberId
  hears: boolean
}

/** A line of text to the others in the room. */
export interface SendChat {
  type: 'chat'
  body: string
  /** True when `body` is encrypted with the link's key. */
  sealed?: boolean
}

/** Asks for `pong`; carries the acknowledgement. */
export interface Ping {
  type: 'ping'
  ack: number
}

/** Acknowledges without asking for anything. */
export interface Ack {
  type: 'ack'
  ack: number
}

/** The owner of a room lets somebody in who knocked, or does not. */
export interface Admit {
  type: 'admit'
  peer: MemberId
  isAdmitted: boolean
}

/** This client is a receiver: takes its seat in the cast of its code. Answered as `join`. */
export interface OpenCast {
  type: 'open-cast'
  tag: string
  /** Of this receiver, kept over reloads: the same again, the same code. */
  secret: string
  /** What the receiver is called, as `Living room`. */
  name?: string
}

/** Takes the sender's seat in the cast behind a code. Answered as `join`. */
export interface JoinCast {
  type: 'join-cast'
  tag: string
  /** As a person typed it. */
  code: string
  name?: string
}

/** The receiver puts the sender out. */
export interface Dismiss {
  type: 'dismiss'
  /** Who is meant, however late this arrives; whoever is there, when it is left out. */
  peer?: MemberId
}

/** Asks for the way to and from the media server, for this member and one other. */
export interface RequestMedia {
  type: 'request-media'
  peer: MemberId
}

/** Requests that concern a room. */
export type RoomRequest =
  | Join
  | Leave
  | SendSignal
  | Hearing
  | SendChat
  | Admit
  | OpenCast
  | JoinCast
  | Dismiss
  | RequestMedia
  | CaptureRequest

/** Requests that are numbered and answered or relayed once. */
export type ClientRequest = RoomRequest | PeopleRequest

/** Everything that a client may send. */
export type ClientMessage = Hello | Ping | Ack | (ClientRequest & Sequenced)

/** Answers `hello`. */
export interface Welcome {
  type: 'welcome'
  version: number
  /** The secret that takes this session up again. */
  session: string
  /** False when the session asked for is not known any more: join again. */
  resumed: boolean
  /** The highest number received from this client. */
  ack: number
  iceServers: IceServer[]
  /** When the credentials in `iceServers` end, in milliseconds since the epoch. */
  iceServersExpireAt: number
  pingIntervalMs: number
  graceMs: number
  /** True when calls can go through this server; absent when they can't. */
  media?: boolean
  /** What calls can be taken for on this server; absent: nothing. */
  captures?: CapturePurpose[]
}

/** Answers `join`: the seat is taken. */
export interface Joined {
  type: 'joined'
  room: string
  self: MemberId
  peers: SeatedPeer[]
  /** To a receiver: the code that leads to it. */
  code?: string
  /** Absent: nobody agreed to anything, and nothing is on. */
  captures?: CaptureAgreement
}

/** Answers `join`: no seat is free. */
export interface Full {
  type: 'full'
  room: string
  /** True when standing in line: `joined` follows when a seat frees. */
  waiting: boolean
}

/** Answers `leave`, every time. */
export interface Left {
  type: 'left'
}

/** The seat was given up while this client's connection was lost: join again. */
export interface SeatLost {
  type: 'seat-lost'
}

/** receiver: it put the sender out. receiver-gone: it did not come back. displaced: see there. */
export type DismissalReason =
  | 'receiver'
  | 'receiver-gone'
  /** To a receiver: another page with its secret has the seat. */
  | 'displaced'

/** The seat is not to be asked for again. */
export interface Dismissed {
  type: 'dismissed'
  reason: DismissalReason
}

export interface PeerJoined {
  type: 'peer-joined'
  peer: Peer
}

/** left: by its own will. lost: its connection did not come back in time. */
export type PeerLeftReason = 'left' | 'lost'

export interface PeerLeft {
  type: 'peer-left'
  peer: MemberId
  reason: PeerLeftReason
}

/** The peer's connection to the server is lost; its media may well be alive. */
export interface PeerAway {
  type: 'peer-away'
  peer: MemberId
}

export interface PeerBack {
  type: 'peer-back'
  peer: MemberId
  /** True when it came with a new session: signals sent to it in between may be lost. */
  fresh: boolean
}

/** The peer's media can be played from the media server, or no more. */
export interface PeerPublishing {
  type: 'peer-publishing'
  peer: MemberId
  isPublishing: boolean
}

export type SignalFrom = Signal & { from: MemberId }

export interface ChatFrom {
  type: 'chat'
  from: MemberId
  body: string
  sealed?: boolean
}

/** Fresh ICE servers, before the credentials of the old ones end. */
export interface IceServersUpdate {
  type: 'ice-servers'
  iceServers: IceServer[]
  iceServersExpireAt: number
}

/** A request that was not carried out, or a frame that was not understood. */
export interface ErrorMessage {
  type: 'error'
  code: ErrorCode
  /** For developers; pages have their own words for each code. */
  message: string
  /** The `seq` of the request. */
  replyTo?: number
}

/** Answers `ping`. */
export interface Pong {
  type: 'pong'
  ack: number
}

/** Answers `join` in a room with a waiting room: the owner is asked; `joined` or an error follows. */
export interface Knocking {
  type: 'knocking'
  room: string
}

/** To the owner: somebody knocks. */
export interface Knock {
  type: 'knock'
  peer: Peer
}

/** To the owner: one who knocked is gone, or was answered. */
export interface KnockOver {
  type: 'knock-over'
  peer: MemberId
}

/** Where one stream is published or played: a WHIP (RFC 9725) or WHEP endpoint, and who may. */
export interface MediaEndpoint {
  /** As seen from the address of this WebSocket, over HTTP. */
  url: string
  /** Bearer token; absent: none is wanted. */
  token?: string
}

/** Answers `request-media`. */
export interface MediaGranted {
  type: 'media-granted'
  /** The `seq` of the request. */
  replyTo: number
  /** What this member sends. */
  publish: MediaEndpoint
  /** What the other one sends. */
  play: MediaEndpoint
}

/** What concerns a room, or the session itself. */
export type SessionEvent =
  | Joined
  | Knocking
  | Knock
  | KnockOver
  | Full
  | Left
  | SeatLost
  | Dismissed
  | PeerJoined
  | PeerLeft
  | PeerAway
  | PeerBack
  | PeerPublishing
  | SignalFrom
  | ChatFrom
  | IceServersUpdate
  | MediaGranted
  | CaptureEvent
  | ErrorMessage

/** What a server says to a session, once and in order. */
export type ServerEvent = SessionEvent | PeopleEvent

/** Everything that a server may send. An `error` without numbers belongs to a frame without one. */
export type ServerMessage = Welcome | Pong | Ack | ErrorMessage | (ServerEvent & Sequenced)
