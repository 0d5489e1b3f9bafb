import type { PeerMedia } from './call-state.ts'
import type { PictureMode } from './picture-mode.ts'

export type MediaKind = 'audio' | 'video'

/** What this side sends, kept from before the call until after it. */
export class LocalMedia {
  /** Ties sound and picture together, so that the other side keeps them in step. */
  readonly stream = new MediaStream()
  readonly #tracks: Record<MediaKind, MediaStreamTrack | null> = { audio: null, video: null }
  #isScreen = false
  #mode: PictureMode | undefined
  #isMuted = false

  track(kind: MediaKind): MediaStreamTrack | null {
    return this.#tracks[kind]
  }

  setTrack(
    kind: MediaKind,
    track: MediaStreamTrack | null,
    { isScreen = false, mode }: { isScreen?: boolean; mode?: PictureMode | undefined } = {},
  ): void {
    this.#tracks[kind] = track
    if (kind !== 'video') return
    this.#isScreen = isScreen && track !== null
    this.#mode = mode
  }

  /** What the picture is for; undefined: it is a camera's. */
  get mode(): PictureMode | undefined {
    return this.#mode
  }

  setMuted(isMuted: boolean): void {
    this.#isMuted = isMuted
  }

  /** What the peer is told. */
  describe(): PeerMedia {
    return {
      audio: this.#tracks.audio !== null && !this.#isMuted,
      video: this.#tracks.video !== null,
      screen: this.#isScreen,
    }
  }
}
