import type { CancelTimer, Clock } from '@duet/base'
import type { FrameFile, OpenRecording, RecordedFile, RecordingFault } from '@duet/capture'
import type { CaptureStart } from './capture-control.ts'
import type { StreamSource } from './capture-tools.ts'
import { MAX_CAPTURE_MS, RESERVE_BYTES, WATCH_MS } from './limits.ts'
import { MemberFrames, type Arrivals, type MemberIndex } from './member-frames.ts'

/** Why a recording should end that nobody stopped. */
export type RecorderFault = RecordingFault | 'no-media' | 'too-long'

export interface RecorderOptions {
  media: StreamSource
  start: CaptureStart
  openRecording: OpenRecording
  /** Where the files of a member go, without an ending. */
  pathOf: (member: 0 | 1) => string
  /** Of the disk. */
  freeBytes: () => Promise<number>
  /** Of both members together. */
  maxBytes: number
  clock: Clock
  /** The one whose time frames have. */
  frameClock: Clock
  /** Something is written; `missing`: of whom nothing comes, though it should. */
  onRunning: (missing: readonly MemberIndex[]) => void
  /** Once, also while it is finished: its owner finishes it. */
  onFault: (fault: RecorderFault, cause?: unknown) => void
}

type RecorderState =
  | { name: 'recording' }
  | { name: 'faulty' }
  | { name: 'finishing'; isFaulty: boolean; files: Promise<readonly (readonly RecordedFile[])[]> }

/** Writes what two members send into files, one for each. */
export class Recorder {
  readonly #options: RecorderOptions
  readonly #files: readonly [FrameFile, FrameFile]
  readonly #frames: MemberFrames
  readonly #startedAt: number
  /** A disk that hangs is asked once. */
  #isWatching = false
  readonly #stopWatching: CancelTimer
  #state: RecorderState = { name: 'recording' }

  constructor(options: RecorderOptions) {
    const { media, start, openRecording, pathOf, clock, frameClock } = options
    this.#options = options
    this.#startedAt = clock.now()
    const open = (member: 0 | 1): FrameFile =>
      openRecording({
        path: pathOf(member),
        clock: frameClock,
        onFault: (fault, cause) => this.#fail(fault, cause),
      })
    this.#files = [open(0), open(1)]
    this.#frames = new MemberFrames({
      media,
      start,
      clock,
      waitsForReports: true,
      onFrame: (member, frame) => this.#files[member].write(frame),
      onArrivals: (arrivals) => this.#handleArrivals(arrivals),
    })
    this.#stopWatching = clock.every(WATCH_MS, () => void this.#watch())
  }

  /** Written so far. */
  get bytes(): number {
    return this.#files[0].bytes + this.#files[1].bytes
  }

  /** Takes nothing more; resolves with the files of both members. Never rejects. Idempotent. */
  finish(): Promise<readonly (readonly RecordedFile[])[]> {
    if (this.#state.name === 'finishing') return this.#state.files
    this.#frames.close()
    this.#stopWatching()
    const isFaulty = this.#state.name === 'faulty'
    const { promise: files, resolve } =
      Promise.withResolvers<readonly (readonly RecordedFile[])[]>()
    this.#state = { name: 'finishing', isFaulty, files }
    void Promise.all(this.#files.map((file) => file.finish())).then(resolve)
    return files
  }

  #handleArrivals({ count, missing }: Arrivals): void {
    if (this.#state.name !== 'recording') return
    if (count === 0) this.#fail('no-media')
    else this.#options.onRunning(missing)
  }

  async #watch(): Promise<void> {
    const { clock, maxBytes, freeBytes } = this.#options
    const isTooLong = clock.now() - this.#startedAt >= MAX_CAPTURE_MS || this.bytes >= maxBytes
    if (isTooLong) {
      this.#fail('too-long')
      return
    }
    // A disk that can't be asked says so when it is written to.
    if (this.#isWatching) return
    this.#isWatching = true
    const free = await freeBytes().catch(() => Infinity)
    this.#isWatching = false
    if (free < RESERVE_BYTES) this.#fail('disk-full')
  }

  #fail(fault: RecorderFault, cause?: unknown): void {
    const state = this.#state
    if (state.name === 'faulty' || (state.name === 'finishing' && state.isFaulty)) return
    this.#state = state.name === 'finishing' ? { ...state, isFaulty: true } : { name: 'faulty' }
    this.#options.onFault(fault, cause)
  }
}
