import type { Clock, Logger } from '@duet/base'
import type { MediaFrame } from '@duet/media'
import type { Ffmpeg } from './ffmpeg.ts'

/** `inset`: the second member small in the first one's picture, at the bottom right. */
export type LiveLayout = 'inset' | 'side-by-side'

/** Which of the two whose frames are mixed. */
export type LiveMember = 0 | 1

/** Where the mix goes besides HLS. The key never gets into logs or messages. */
export interface LivePush {
  /** `rtmp:` or `rtmps:`. */
  url: string
  key?: string
  /**
   * The IP addresses that may be connected to, asked before each attempt; none: it may not be reached. Rejects when
   * the name leads nowhere.
   */
  addresses: () => Promise<readonly string[]>
  /** Certificates that are trusted instead of the well-known ones, as PEM. */
  ca?: string
}

/** Why there is no broadcast (any more). */
export type LiveFault = 'no-ffmpeg' | 'ffmpeg-failed'

export type LiveState =
  | { state: 'starting' }
  /** There is a playlist to play. `push` says how pushing goes, which HLS does not depend on. */
  | { state: 'running'; push?: 'connecting' | 'on' | 'refused' }
  /** `message` is one line for people, such as what ffmpeg said. */
  | { state: 'failed'; fault: LiveFault; message: string }
  | { state: 'stopped' }

export interface LiveOptions {
  /** Undefined when there is none: then the state is `failed` with `no-ffmpeg` at once. */
  ffmpeg: Ffmpeg | undefined
  layout: LiveLayout
  push?: LivePush
  /** Must be there, and be this broadcast's own: the playlist and its segments go there. */
  hlsDirectory: string
  /** The one whose time frames have. */
  clock: Clock
  logger: Logger
  /** Not called before `startLive` has returned. */
  onState: (state: LiveState) => void
  /** This member's picture can only go on with a key frame. Asked at most once a second. */
  onKeyFrameNeeded?: (member: LiveMember) => void
}

/** Two members' frames on their way to one broadcast. */
export interface LiveMixer {
  readonly state: LiveState
  /** Never throws and never waits. */
  write(member: LiveMember, frame: MediaFrame): void
  /** Ends the broadcast; the playlist says so. Idempotent; resolves when nothing of it runs any more. */
  close(): Promise<void>
}

export type StartLive = (options: LiveOptions) => LiveMixer

/** The playlist's name in `hlsDirectory`. Beside it lie `*.ts` only. */
export const LIVE_PLAYLIST = 'live.m3u8'
