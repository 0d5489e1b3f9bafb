import type { MediaFrame, StreamReader, StreamReaderOptions } from '../media-reader.ts'
import type { Producer } from '../router/producer.ts'
import type { Router, RouterReader } from '../router/router.ts'
import { TrackClock } from './track-clock.ts'
import { TrackReader, type TrackOwner } from './track-reader.ts'

/** Frames are held back so long at most. A publisher reports on sound after 2.5 s, and on pictures before. */
const MAX_HELD_MS = 3000

/** Reads one stream, whoever publishes it. */
export class Reader implements StreamReader, RouterReader, TrackOwner {
  readonly #router: Router
  readonly #options: StreamReaderOptions
  readonly #onClosed: () => void
  #tracks: readonly TrackReader[] = []
  /** Of the last frames that were handed out. */
  #lastAudioMs = -Infinity
  #lastVideoMs = -Infinity
  #isHolding = false
  #isClosed = false

  constructor(router: Router, options: StreamReaderOptions, onClosed: () => void) {
    this.#router = router
    this.#options = options
    this.#onClosed = onClosed
    router.read(this)
  }

  attach(producers: readonly Producer[] | undefined): void {
    for (const track of this.#tracks) track.close()
    this.#release()
    this.#isHolding = this.#options.waitsForReports === true
    this.wait()
    const clocks: TrackClock[] = []
    this.#tracks = ['audio' as const, 'video' as const].flatMap((kind) => {
      const producer = producers?.find((each) => each.kind === kind)
      return producer ? [this.#track(producer, clocks)] : []
    })
    if (!producers && !this.#isClosed) this.#options.onGap?.()
  }

  tick(nowMs: number): boolean {
    let isWaiting = false
    for (const track of this.#tracks) if (track.tick(nowMs)) isWaiting = true
    if (this.#isHolding && this.#isSettled(nowMs)) this.#release()
    return isWaiting || this.#isHolding
  }

  get isHolding(): boolean {
    return this.#isHolding
  }

  handOut(frame: MediaFrame): void {
    if (this.#isClosed) return
    if (frame.kind === 'audio') {
      this.#lastAudioMs = frame.timeMs = Math.max(frame.timeMs, this.#lastAudioMs)
    } else this.#lastVideoMs = frame.timeMs = Math.max(frame.timeMs, this.#lastVideoMs)
    this.#options.onFrame(frame)
  }

  handleHeld(): void {
    this.#options.onHeld?.()
  }

  wait(): void {
    this.#router.hasWaiting = true
  }

  requestKeyFrame(): void {
    if (!this.#isClosed) this.#router.requestKeyFrame('video')
  }

  close(): void {
    if (this.#isClosed) return
    this.#release()
    this.#isClosed = true
    this.#router.stopReading(this)
    this.attach(undefined)
    this.#onClosed()
  }

  #track(producer: Producer, clocks: TrackClock[]): TrackReader {
    const clock = new TrackClock(producer.codec.clockRate, clocks)
    return new TrackReader({ producer, clock, owner: this })
  }

  #isSettled(nowMs: number): boolean {
    const since = Math.min(...this.#tracks.map(({ heldSinceMs }) => heldSinceMs))
    if (since === Infinity) return false
    return this.#tracks.every(({ isSettled }) => isSettled) || nowMs - since >= MAX_HELD_MS
  }

  /** Hands out what was held back, in the order of its times. */
  #release(): void {
    this.#isHolding = false
    const frames = this.#tracks.flatMap((track) => track.release())
    for (const frame of frames.sort((a, b) => a.timeMs - b.timeMs)) this.handOut(frame)
  }
}
