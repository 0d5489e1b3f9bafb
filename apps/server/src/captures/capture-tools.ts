import type {
  FindFfmpeg,
  MergeRecordings,
  OpenRecording,
  RepairRecording,
  StartLive,
} from '@duet/capture'
import type { StreamReader, StreamReaderOptions } from '@duet/media'

/** What makes files and broadcasts of frames: `@duet/capture`. */
export interface CaptureTools {
  openRecording: OpenRecording
  repairRecording: RepairRecording
  mergeRecordings: MergeRecordings
  startLive: StartLive
  findFfmpeg: FindFfmpeg
  /** The playlist's name. */
  LIVE_PLAYLIST: string
}

/** Loads them when they are first needed: most servers start without. */
export type LoadTools = () => Promise<CaptureTools>

/** The media server, whose streams are read. */
export interface StreamSource {
  read(stream: string, options: StreamReaderOptions): StreamReader
  /** Whether somebody publishes the stream who did not prove to be this member. */
  isByAnother(stream: string, member: string): boolean
}
