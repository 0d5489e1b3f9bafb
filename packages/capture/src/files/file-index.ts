import type { RecordedFile } from '../recording.ts'
import type { Tracks } from '../recording/tracks.ts'

/** What a file holds, as far as it is whole, and what would make it seekable. */
export interface FileIndex {
  container: RecordedFile['container']
  /** It was finished, and nothing is missing since. */
  isWhole: boolean
  hasFrames: boolean
  startedMs: number
  durationMs: number
  tracks: Tracks
  /** Where its last whole cluster or fragment ends. */
  mediaEnd: number
  /** What belongs behind that: where everything lies. */
  tail(): Uint8Array
  /** What belongs at the beginning once the tail is there. */
  head(tail: Uint8Array): Uint8Array
}
