import { KEY } from './pictures.ts'
import type { Published } from './published.ts'

const KEY_PAYLOAD = [0x10, ...KEY]
const TICKS_PER_MS = { audio: 48, video: 90 }
/** A stream is read so often, if not at once. */
const READ_MS = 100
const FRAME_MS = { audio: 20, video: 100 / 3 }

export interface TimedOptions {
  /** How much the publisher's clock runs faster than ours. */
  driftPpm?: number
  /** Its clock at the beginning. */
  clockMs?: number
  /** From capture to arrival of the packet that is least delayed. */
  audioDelayMs?: number
  videoDelayMs?: number
  /** More of each packet, at random. */
  jitter?: () => number
  /** When its reports begin, how often they come, and how late. */
  reports?: { afterMs: number; everyMs: number; lateMs: number } | undefined
  firstTimestamp?: number
}

/** Something that comes at a time. */
interface Arrival {
  atMs: number
  come: () => void
}

/**
 * A publisher whose clock is not ours: what it captures at a time of its clock comes later, by ours.
 * Each frame's number stands in its last bytes.
 */
export class TimedPublisher {
  readonly published: Published
  /** Frames' true times of capture, by our clock. */
  readonly captured = { audio: [] as number[], video: [] as number[] }
  /** What its clock, as the tracks' reports say it, is set on by from now on. */
  readonly clockStepMs = { audio: 0, video: 0 }
  /** What timestamps are set on by from now on. */
  timestampStep = 0
  readonly #options: Required<Omit<TimedOptions, 'reports'>> & Pick<TimedOptions, 'reports'>
  readonly #startMs: number
  /** Frames that others published before it. */
  readonly #before: { audio: number; video: number }
  readonly #counts = { audio: 0, video: 0 }
  readonly #reported = { audio: 0, video: 0 }
  #arrivals: Arrival[] = []
  #isKeyFrameNext = true

  constructor(published: Published, options: TimedOptions = {}) {
    this.published = published
    this.#startMs = published.nowMs
    this.#before = {
      audio: published.framesOf('audio').length,
      video: published.framesOf('video').length,
    }
    this.#options = {
      driftPpm: 0,
      clockMs: 1_700_000_000_000,
      audioDelayMs: 20,
      videoDelayMs: 60,
      jitter: () => 0,
      firstTimestamp: 0,
      ...options,
    }
  }

  /** The next picture is a key frame. */
  sendKeyFrame(): void {
    this.#isKeyFrameNext = true
  }

  /** Sends for so long. */
  run(ms: number): void {
    const { published } = this
    const endMs = published.nowMs + ms
    for (; published.nowMs < endMs; published.nowMs += 1) {
      if (published.nowMs % READ_MS === 0) published.read()
      this.#capture('audio')
      this.#capture('video')
      this.#report('audio')
      this.#report('video')
      if (this.#arrivals.length === 0) continue
      const due = this.#arrivals.filter(({ atMs }) => atMs <= published.nowMs)
      if (due.length === 0) continue
      this.#arrivals = this.#arrivals.filter(({ atMs }) => atMs > published.nowMs)
      for (const { come } of due) come()
    }
  }

  /** How much later than captured frames seem to be, of the last ones of a kind. */
  errors(kind: 'audio' | 'video', ms: number): { least: number; most: number } {
    const frames = this.published.framesOf(kind).slice(this.#before[kind])
    const from = this.published.nowMs - ms
    const errors = frames.flatMap(({ timeMs }, at) => {
      const captured = this.captured[kind][at]!
      return captured < from ? [] : [timeMs - captured]
    })
    return { least: Math.min(...errors), most: Math.max(...errors) }
  }

  /** A time of ours, by the publisher's clock, since it began. */
  #elapsed(nowMs: number): number {
    return (nowMs - this.#startMs) * (1 + this.#options.driftPpm / 1e6)
  }

  #timestamp(kind: 'audio' | 'video', nowMs: number): number {
    const ticks = this.#elapsed(nowMs) * TICKS_PER_MS[kind]
    return Math.round(this.#options.firstTimestamp + this.timestampStep + ticks) >>> 0
  }

  #capture(kind: 'audio' | 'video'): void {
    const { published } = this
    const count = this.#counts[kind]
    if (this.#elapsed(published.nowMs) < count * FRAME_MS[kind]) return
    this.#counts[kind] += 1
    const timestamp = this.#timestamp(kind, published.nowMs)
    this.captured[kind].push(published.nowMs)
    const { audioDelayMs, videoDelayMs, jitter } = this.#options
    const delayMs = (kind === 'audio' ? audioDelayMs : videoDelayMs) + jitter()
    const payload = kind === 'audio' ? [0xfc] : this.#isKeyFrameNext ? KEY_PAYLOAD : [0x10, 1]
    if (kind === 'video') this.#isKeyFrameNext = false
    this.#comes(delayMs, () => published.send({ kind, sequence: count, timestamp, payload }))
  }

  #report(kind: 'audio' | 'video'): void {
    const { published } = this
    const { reports, clockMs } = this.#options
    const elapsedMs = published.nowMs - this.#startMs
    if (!reports || elapsedMs < reports.afterMs + this.#reported[kind] * reports.everyMs) return
    this.#reported[kind] += 1
    const senderMs = clockMs + this.clockStepMs[kind] + this.#elapsed(published.nowMs)
    const timestamp = this.#timestamp(kind, published.nowMs)
    this.#comes(reports.lateMs, () => published.report(kind, senderMs, timestamp))
  }

  #comes(delayMs: number, come: () => void): void {
    this.#arrivals.push({ atMs: this.published.nowMs + delayMs, come })
  }
}
