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
  /** Within `onFrame`. */
  #isHandingOut = false
  #isClosing = false
  #isClosed = false

  constructor(router: Router, options: StreamReaderOptions, onClosed: () => void) {
    this.#router = router
    this.#options = options
    this.#onClosed = onClosed
    router.read(this)
  }

  attach(producers: readonly Producer[] | undefined): void {
    this.#detach()
    // By who got what came last, perhaps.
    if (this.#isClosed) return
    this.#isHolding = this.#options.waitsForReports === true
    const clocks: TrackClock[] = []
    this.#tracks = ['audio' as const, 'video' as const].flatMap((kind) => {
      const producer = producers?.find((each) => each.kind === kind)
      return producer ? [this.#track(producer, clocks)] : []
    })
    if (!producers) this.#options.onGap?.()
  }

  tick(nowMs: number): boolean {
    let isWaiting = false
    for (const track of this.#tracks) if (track.tick(nowMs)) isWaiting = true
    if (this.#isHolding && this.#isSettled(nowMs)) this.#release(this.#tracks)
    return isWaiting || this.#isHolding || this.#options.isPrompt === true
  }

  get isHolding(): boolean {
    return this.#isHolding
  }

  handOut(frame: MediaFrame): void {
    if (this.#isClosed) return
    if (frame.kind === 'audio') {
      this.#lastAudioMs = frame.timeMs = Math.max(frame.timeMs, this.#lastAudioMs)
    } else this.#lastVideoMs = frame.timeMs = Math.max(frame.timeMs, this.#lastVideoMs)
    this.#isHandingOut = true
    try {
      this.#options.onFrame(frame)
    } finally {
      this.#isHandingOut = false
    }
  }

  handleHeld(): void {
    if (!this.#isClosing) this.#options.onHeld?.()
  }

  requestKeyFrame(): void {
    if (!this.#isClosed) this.#router.requestKeyFrame('video')
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosing = true
    if (!this.#isHandingOut) this.#detach()
    if (this.#isClosed) return
    this.#isClosed = true
    this.#router.stopReading(this)
    this.attach(undefined)
    this.#onClosed()
  }

  /** Hands out what came until now. */
  #detach(): void {
    const tracks = this.#tracks
    this.#tracks = []
    for (const track of tracks) track.close()
    this.#release(tracks)
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
  #release(tracks: readonly TrackReader[]): void {
    this.#isHolding = false
    const frames = tracks.flatMap((track) => track.release())
    for (const frame of frames.sort((a, b) => a.timeMs - b.timeMs)) this.handOut(frame)
  }
}
