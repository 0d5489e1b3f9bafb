import { timestampDifference } from '../rtp/sequence.ts'
import type { ClockMapping } from '../router/producer.ts'
import { SlidingMinimum, WINDOW_MS } from './sliding-minimum.ts'

/** Packets whose way seems to be longer or shorter by more have timestamps that began anew. */
const MAX_DELAY_MS = 5_000
/** Reports by which one track's way would be longer than another's by more are not believed. */
const MAX_SKEW_MS = 2_000
/** A report that differs by more from what the one before said is a jump of the publisher's clock. */
const MAX_STEP_MS = 100
/** Times move towards what is known better by this share of the time that passes. */
const SLEW = 0.04
/** In the beginning, when little is known, they move faster. */
const FIRST_SLEW = 0.5
const FIRST_MS = 2_000
/** What is further off is put right at once. */
const MAX_SLEWED_MS = 500

/**
 * When the frames of one track were captured, by our clock. Sender reports tell how its timestamps
 * run beside the publisher's clock; how that runs beside ours, tells the packet of any track that was
 * least delayed of late. Without reports, that of this track does.
 */
export class TrackClock {
  readonly #msPerTick: number
  /** Of the same publisher. */
  readonly #siblings: TrackClock[]
  /** The last timestamp, counted on where 32 bits wrap around. */
  #reference: number | undefined
  #heardMs = 0
  /** What is added to the media's own time to get that of its arrival, if nothing delayed it. */
  readonly #least = new SlidingMinimum()
  /** What is added to the media's own time to get that of the publisher's clock. */
  #base: number | undefined
  /** By how much another track's reports moved `#base`, which none of its own confirmed yet. */
  #presumedMs = 0
  /** What is added to the media's own time to get the time of capture. */
  #offset: number | undefined
  #firstMs = 0
  #lastMs = 0

  /** Joins the clocks of its publisher's other tracks. */
  constructor(clockRate: number, siblings: TrackClock[]) {
    this.#msPerTick = 1000 / clockRate
    this.#siblings = siblings
    siblings.push(this)
  }

  /** A packet came, in whichever order. */
  observe(timestamp: number, nowMs: number): void {
    let way = nowMs - this.#follow(timestamp)
    const least = this.#least.value
    if (least !== Infinity && Math.abs(way - least) > MAX_DELAY_MS) {
      this.restart()
      way = nowMs - this.#follow(timestamp)
    }
    this.#heardMs = nowMs
    this.#least.add(way, nowMs)
  }

  handleReport({ senderMs, rtpTimestamp }: ClockMapping): void {
    // RFC 3550 §6.4.1: zero, in 1900, says that there is no clock.
    if (senderMs <= 0) return
    this.#reference ??= rtpTimestamp
    const before = this.#base
    this.#base = senderMs - this.#unwrap(rtpTimestamp) * this.#msPerTick
    if (before === undefined) {
      // Only now it is known how the tracks run beside each other.
      for (const clock of this.#siblings) clock.#firstMs = clock.#lastMs
      return
    }
    const jump = this.#base - before
    const isJump = Math.abs(jump) > MAX_STEP_MS
    // Presumed to have jumped with another track's clock, it did not.
    const isRefuted = Math.abs(jump + this.#presumedMs) <= MAX_STEP_MS
    this.#presumedMs = 0
    if (!isJump || isRefuted) return
    for (const sibling of this.#siblings) if (sibling !== this) sibling.#presume(jump)
  }

  /** Whether it is known how this track runs beside all others that are heard. */
  get isSettled(): boolean {
    return this.#siblings.every((clock) => clock.#base !== undefined || clock.#heardMs === 0)
  }

  /** When a frame was captured; frames are asked about in their order. */
  timeOf(timestamp: number, nowMs: number): number {
    const mediaMs = this.#unwrap(timestamp) * this.#msPerTick
    const target = this.#target()
    if (this.#offset === undefined) {
      this.#offset = target
      this.#firstMs = mediaMs
    } else {
      const passedMs = Math.min(1_000, Math.max(0, mediaMs - this.#lastMs))
      const most = passedMs * (mediaMs - this.#firstMs < FIRST_MS ? FIRST_SLEW : SLEW)
      const missing = target - this.#offset
      const isFar = Math.abs(missing) > MAX_SLEWED_MS
      this.#offset += isFar ? missing : Math.max(-most, Math.min(most, missing))
    }
    this.#lastMs = mediaMs
    return Math.min(nowMs, mediaMs + this.#offset)
  }

  /** Timestamps begin anew. */
  restart(): void {
    this.#reference = undefined
    this.#least.clear()
    this.#base = undefined
    this.#presumedMs = 0
    this.#offset = undefined
  }

  /** The publisher's clock jumped by so much, by the reports of another track. */
  #presume(jump: number): void {
    if (this.#base === undefined) return
    this.#base += jump
    this.#presumedMs += jump
  }

  #target(): number {
    const own = this.#least.value
    const base = this.#base
    if (base === undefined) return own
    let least = own - base
    for (const sibling of this.#siblings) {
      const isHeard = this.#heardMs - sibling.#heardMs < WINDOW_MS
      if (sibling.#base === undefined || !isHeard) continue
      least = Math.min(least, sibling.#least.value - sibling.#base)
    }
    return own - base - least > MAX_SKEW_MS ? own : base + least
  }

  #unwrap(timestamp: number): number {
    const reference = this.#reference ?? timestamp
    return reference + timestampDifference(timestamp, reference)
  }

  /** The media's own time of a packet, which is the latest one. */
  #follow(timestamp: number): number {
    this.#reference = this.#unwrap(timestamp)
    return this.#reference * this.#msPerTick
  }
}
