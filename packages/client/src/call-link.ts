import type { Description, Signal } from '@duet/protocol'
import type { Verification } from './call-state.ts'
import type { MediaKind } from './local-media.ts'
import type { MediaPath } from './media-path/media-path.ts'
import type { SafetyPhrase } from './safety-phrase.ts'

/** What carries a call to one peer: a connection to it, or streams of the media server. */
export interface CallLink {
  /** The connection to the peer; null where there is none. */
  readonly connection: RTCPeerConnection | null
  /** Where its sound and picture go. */
  readonly mediaPath: Pick<MediaPath, 'info' | 'move' | 'refresh' | 'sample'>
  /** Null until it is known what the peer may send. */
  readonly remoteStream: MediaStream | null
  /** True until the first offer is made or comes. */
  readonly isFresh: boolean
  /** True while media can flow. */
  readonly isAlive: boolean
  readonly verification: Verification
  /** What both people may compare; null until it is agreed. */
  readonly phrase: SafetyPhrase | null
  /** True when the person went on with a peer that showed no sign of the link's key. */
  readonly isPeerKeyless: boolean
  offer(): void
  handleSignal(signal: Signal): void
  isForeign(description: Description): boolean
  setTrack(kind: MediaKind, track: MediaStreamTrack | null): Promise<void>
  tellMedia(): void
  restartIce(): void
  resync(): void
  goDirect(): void
  setIceServers(iceServers: RTCIceServer[]): void
  continueUnverified(): void
  leave(): void
  close(): void
}
