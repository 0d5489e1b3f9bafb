import type { Logger } from '@duet/base'
import type {
  CallState,
  ChatLine,
  PeerGoneReason,
  RefusedCode,
  RemotePeer,
  RoomGuest,
  SignalingState,
  Verification,
} from './call-state.ts'
import type { CaptureInfo } from './captures/capture-info.ts'
import type { LoadMediaParts } from './media-path/load-media-parts.ts'
import type { MediaPathInfo } from './media-path/media-path.ts'
import type { SafetyPhrase } from './safety-phrase.ts'

export interface CallOptions {
  /** The server's WebSocket address, `wss://host/ws`. */
  url: string
  /** The room's name; normalized by the server. */
  room: string
  /** The link's key; undefined for a room that was typed by name. */
  key?: string | undefined
  /** What to be called. */
  name?: string | undefined
  /** `relay` hides the own address from the peer. Default `all`. */
  iceTransportPolicy?: RTCIceTransportPolicy | undefined
  /**
   * Loads what moves a call through the media server: `loadMediaParts`, or one's own way to load it. Without it this
   * side stays direct.
   */
  loadMediaParts?: LoadMediaParts | undefined
  logger?: Logger | undefined
}

/** What a call tells; see `Call`. */
export type CallEvents = {
  /** The call's state changed. */
  state: [state: CallState]
  /** Somebody is there, changed what it sends, or is gone (null). */
  peer: [peer: RemotePeer | null]
  /** The other person is gone, and why: for a sentence to the one who stays. */
  peergone: [reason: PeerGoneReason, name: string]
  /** The other person arrived: for a sound and a notification. */
  peerarrived: [name: string]
  /**
   * Shows both the remote sound and picture; a new object for each peer connection, and when
   * a sound comes that the peer did not announce at first. It says `addtrack` when it shows
   * another picture.
   */
  remotestream: [stream: MediaStream | null]
  /** The verification changed, or stays `unverified` while lines are sealed from now on. */
  verification: [verification: Verification]
  /** The phrase is agreed, or failed; null for each new peer connection. */
  phrase: [phrase: SafetyPhrase | null]
  /** Sound and picture go another way, or it is another question whether they can. */
  mediapath: [path: MediaPathInfo]
  /** Another consent, another recording or broadcast, or how one goes. */
  capture: [capture: CaptureInfo]
  chat: [line: ChatLine]
  /** To the owner of the room: who knocks now. */
  guests: [guests: readonly RoomGuest[]]
  signaling: [state: SignalingState]
  /** A request that the server refused; the code has its sentence on the page. */
  refused: [code: RefusedCode]
}
