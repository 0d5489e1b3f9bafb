import { type Clock, DuetError } from '@duet/base'
import type { Ffmpeg } from './ffmpeg.ts'
import type { RecordedFile } from './recording.ts'

/** One member's parts, in order of time. */
export interface MergeInput {
  parts: readonly Pick<RecordedFile, 'path' | 'startedMs' | 'durationMs' | 'hasAudio' | 'video'>[]
}

export interface MergeOptions {
  ffmpeg: Ffmpeg
  /** The left one and the right one. */
  inputs: readonly [MergeInput, MergeInput]
  /** An MP4 with H.264 and AAC; appears when it is whole. */
  output: string
  /** The steady clock of the machine when absent. */
  clock?: Clock
  /** Between 0 and 1. */
  onProgress?: (done: number) => void
}

export interface MergedFile {
  path: string
  bytes: number
  durationMs: number
}

/** `ffmpeg-failed`: its message is one line of what ffmpeg said. */
export type MergeFault = 'no-media' | 'ffmpeg-failed' | 'timed-out' | 'closed'

export class MergeError extends DuetError<MergeFault> {}

export interface Merge {
  /** Rejects with a MergeError. */
  readonly done: Promise<MergedFile>
  /** Ends ffmpeg and removes what is not whole. Idempotent. */
  close(): void
}

export type MergeRecordings = (options: MergeOptions) => Merge
