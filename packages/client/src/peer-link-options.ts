import type { Clock, Logger } from '@duet/base'
import type { Signal } from '@duet/protocol'
import type { PeerMedia, ReconnectReason, Verification } from './call-state.ts'
import type { Keyring } from './keyring.ts'
import type { LocalMedia } from './local-media.ts'
import type { LoadMediaParts } from './media-path/load-media-parts.ts'
import type { MediaPathInfo } from './media-path/media-path.ts'
import type { MediaGrant } from './media-path/server-leg.ts'
import type { SafetyPhrase } from './safety-phrase.ts'

/** What one peer connection stands on, and what it tells. */
export interface PeerLinkOptions {
  configuration: RTCConfiguration
  media: LocalMedia
  keyring: Keyring | undefined
  clock: Clock
  logger: Logger
  /** Sends over the server, now or when it can be reached. */
  sendSignal: (signal: Signal) => void
  /** False while the server cannot reach the peer: signals then go over the data channel. */
  canServerReachPeer: () => boolean
  /** False for a peer on an older dialect; asked only when the peer is known. */
  isPeerDuet: () => boolean
  /** When it is known what the peer may send; again, with another stream, for a later sound. */
  onRemoteStream: (stream: MediaStream) => void
  onVerification: (verification: Verification) => void
  onPhrase: (phrase: SafetyPhrase) => void
  onPeerMedia: (media: PeerMedia) => void
  onBye: () => void
  onUp: () => void
  onDown: (reason: ReconnectReason) => void
  /** Absent: this side never goes through the media server. */
  loadMediaParts?: LoadMediaParts | undefined
  hasMediaServer: () => boolean
  /** Asks for the way to the media server; null: not now. */
  requestMedia: () => Promise<MediaGrant | null>
  onMediaPath: (info: MediaPathInfo) => void
}
