import type { Clock } from '@duet/base'
import type { MediaFrame } from '@duet/media'

export type VideoCodec = Exclude<MediaFrame['codec'], 'Opus'>

/**
 * `disk-slow`: more waited to be written than is kept in memory. `too-many-parts`: the codec changed more often than
 * there may be files.
 */
export type RecordingFault = 'disk-full' | 'disk-slow' | 'disk-failed' | 'too-many-parts'

export interface RecordingOptions {
  /**
   * Where the files go, without an ending: `.webm` or `.mp4` follows from the codec. What begins after a change
   * of codec is called `<path>-2.webm`, and so on. The folder must be there; files of these names are replaced.
   */
  path: string
  clock: Clock
  /** Told once: nothing more is written, what is there stays playable. */
  onFault?: (fault: RecordingFault, cause: unknown) => void
}

/** One member's sound and picture on their way into files. */
export interface FrameFile {
  /** Written so far, in bytes, over all parts. */
  readonly bytes: number
  /** Never throws and never waits. */
  write(frame: MediaFrame): void
  /** Writes what is left and makes the files seekable. Idempotent; never rejects; empty when no frame came. */
  finish(): Promise<readonly RecordedFile[]>
}

export type OpenRecording = (options: RecordingOptions) => FrameFile

/** A file that is whole and seekable. */
export interface RecordedFile {
  path: string
  container: 'webm' | 'mp4'
  bytes: number
  /** When its first frame was captured, in milliseconds of the clock of the frames. */
  startedMs: number
  durationMs: number
  hasAudio: boolean
  /** Undefined without a picture. */
  video?: { codec: VideoCodec; width: number; height: number }
}

/**
 * Makes a file whole and seekable that was cut off (the process was killed, the disk full). Of a file that is
 * whole it only tells. Undefined when it holds nothing that could be played, or is no file of ours.
 * Rejects when the file can't be read or written.
 */
export type RepairRecording = (path: string) => Promise<RecordedFile | undefined>
