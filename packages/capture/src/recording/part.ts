import type { MediaFrame } from '@duet/media'
import { AppendFile } from '../files/append-file.ts'
import { BATCH_BYTES, BATCH_MS } from '../limits.ts'
import { Fragments } from '../mp4/fragment.ts'
import { fragmentedHead } from '../mp4/mp4-head.ts'
import type { RecordedFile, RecordingFault } from '../recording.ts'
import { clusterLength, matroskaHead, writeCluster } from '../webm/matroska.ts'
import { completeRecording } from './complete-file.ts'
import { FrameBatch } from './frame-batch.ts'
import { withParameterSets } from './parameter-sets.ts'
import { type Tracks, type VideoTrack, videoTrackOf } from './tracks.ts'

export interface PartOptions {
  path: string
  container: RecordedFile['container']
  onFault: (fault: RecordingFault, cause: unknown) => void
}

/** One file, written in batches of about a second. */
export class Part {
  readonly container: RecordedFile['container']
  readonly #options: PartOptions
  readonly #file: AppendFile
  readonly #fragments: Fragments | undefined
  #tracks: Tracks = { hasAudio: false }
  #isHeadOld = true
  #zeroMs: number | undefined
  readonly #batch = new FrameBatch()
  /** Of the first frame since the last flush. */
  #batchMs: number | undefined
  /** Of the last frame of each kind. */
  readonly #lastMs = { audio: -Infinity, video: -Infinity }

  constructor(options: PartOptions) {
    this.container = options.container
    this.#options = options
    this.#file = new AppendFile(options)
    if (options.container === 'mp4') this.#fragments = new Fragments()
  }

  get bytes(): number {
    return this.#file.bytes
  }

  /** Undefined before its first picture. */
  get videoCodec(): VideoTrack['codec'] | undefined {
    return this.#tracks.video?.codec
  }

  /** Pictures begin with a key frame, and are of one codec. */
  write(given: MediaFrame): void {
    const frame = withParameterSets(this.#inOrder(given))
    if (this.#isFull(frame)) this.flush()
    this.#batchMs ??= frame.timeMs
    this.#note(frame)
    this.#batch.add(frame)
  }

  flush(isLast = false): void {
    const batch = this.#batch
    this.#batchMs = undefined
    if (this.#zeroMs === undefined) {
      const [first] = batch.order
      if (first === undefined) return
      this.#zeroMs = batch.timeMs(first)
    }
    const zeroMs = this.#zeroMs
    const fragments = this.#fragments
    const length = fragments ? fragments.begin(batch, zeroMs, isLast) : clusterLength(batch)
    if (length === 0) return
    if (this.#isHeadOld) this.#file.replaceHead(this.#headOf(zeroMs))
    this.#isHeadOld = false
    this.#file.append(length, (bytes) =>
      fragments ? fragments.write(batch, bytes) : writeCluster(batch, zeroMs, bytes),
    )
    if (!fragments) batch.keep([])
  }

  /** Writes what is left and makes the file seekable; undefined when there is nothing in it. */
  async finish(): Promise<RecordedFile | undefined> {
    this.flush(true)
    await this.#file.close()
    try {
      return await completeRecording(this.#options.path)
    } catch (cause) {
      this.#options.onFault('disk-failed', cause)
      return undefined
    }
  }

  /** Two frames of a track never have the same time: WebM tells milliseconds apart, and players too. */
  #inOrder(frame: MediaFrame): MediaFrame {
    const timeMs = Math.max(frame.timeMs, this.#lastMs[frame.kind] + 1)
    this.#lastMs[frame.kind] = timeMs
    return timeMs === frame.timeMs ? frame : { ...frame, timeMs }
  }

  #isFull({ timeMs, data }: MediaFrame): boolean {
    if (this.#batchMs === undefined) return false
    const isLong = Math.abs(timeMs - this.#batchMs) >= BATCH_MS
    return isLong || this.#batch.byteLength + data.length > BATCH_BYTES
  }

  #headOf(zeroMs: number): Uint8Array {
    if (this.#fragments) return fragmentedHead(this.#tracks, zeroMs)
    return matroskaHead(this.#tracks, zeroMs)
  }

  /** Keeps what the head says of the tracks. */
  #note(frame: MediaFrame): void {
    if (frame.kind === 'audio') {
      if (this.#tracks.hasAudio) return
      this.#tracks = { ...this.#tracks, hasAudio: true }
      this.#isHeadOld = true
      return
    }
    const found = frame.isKeyFrame ? videoTrackOf(frame) : undefined
    if (!found) return
    const { video } = this.#tracks
    if (!video) this.#tracks = { ...this.#tracks, video: found }
    else if (video.isVarying || isSame(video.description, found.description)) return
    else this.#tracks = { ...this.#tracks, video: { ...video, isVarying: true } }
    this.#isHeadOld = true
  }
}

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && Buffer.compare(a, b) === 0)
}
