import type { Playback } from '@duet/client'

/** What the page needs of a playback over WHEP, so that a fake can take its place. */
export type PlaybackPort = Pick<Playback, 'state' | 'stream' | 'on' | 'close'>

/** Begins to play the stream at an address. */
export type OpenPlayback = (url: string) => PlaybackPort

/** Whether the page can be seen. */
export interface VisibilityPort {
  isHidden(): boolean
  /** Told whenever the page is seen again; returns its unsubscribe. */
  onShown(listener: () => void): () => void
}
