import type { PathReport } from '@duet/client'

/** One moment of a call, as one side measured it. */
export interface FigureSample {
  /** Milliseconds since the call began. */
  at: number
  mode: PathReport['mode']
  roundTripMs: number | null
  /** Picture and sound together. */
  sentBitsPerSecond: number
  receivedBitsPerSecond: number
  /** 0 to 1, the worse of picture and sound; null where nobody told. */
  sentLoss: number | null
  receivedLoss: number | null
}

/** One side's figures of a call, as they are kept with its history. */
export interface CallFigures {
  version: 1
  /** Milliseconds since the epoch, by this side's clock. */
  startedAt: number
  /** At most 240 of them, oldest first, spread over the whole call. */
  samples: FigureSample[]
  /** How often the path changed between direct and relayed, or to another address. */
  pathChanges: number
  /** The safety phrase was agreed on. */
  hasPhrase: boolean
}

/** A call of any length makes no more; then every second one goes. */
const MAX_SAMPLES = 240

/** The badge of the stage measures this often; while the details are open, more often. */
const FIRST_INTERVAL_MS = 4_000

/** Collects the figures of a call, thinner the longer it lasts. */
export class FigureLog {
  readonly #startedAt: number
  #samples: FigureSample[] = []
  #intervalMs = FIRST_INTERVAL_MS
  #pathChanges = 0
  #path: string | undefined

  /** `startedAt`: milliseconds since the epoch. */
  constructor(startedAt: number) {
    this.#startedAt = startedAt
  }

  get isEmpty(): boolean {
    return this.#samples.length === 0
  }

  add(report: PathReport): void {
    this.#watchPath(report)
    const at = Math.max(0, Math.round(report.at - this.#startedAt))
    const last = this.#samples.at(-1)
    if (last && at - last.at < this.#intervalMs) return
    this.#samples.push(sampleOf(report, at))
    if (this.#samples.length <= MAX_SAMPLES) return
    this.#samples = this.#samples.filter((_, index) => index % 2 === 0)
    this.#intervalMs *= 2
  }

  figures({ hasPhrase }: { hasPhrase: boolean }): CallFigures {
    return {
      version: 1,
      startedAt: this.#startedAt,
      samples: this.#samples,
      pathChanges: this.#pathChanges,
      hasPhrase,
    }
  }

  #watchPath({ mode, remote }: PathReport): void {
    if (mode === null) return
    const path = `${mode} ${remote?.address ?? ''}`
    if (this.#path !== undefined && this.#path !== path) this.#pathChanges += 1
    this.#path = path
  }
}

function sampleOf({ mode, roundTripMs, send, receive }: PathReport, at: number): FigureSample {
  return {
    at,
    mode,
    roundTripMs: roundTripMs === null ? null : Math.round(roundTripMs * 10) / 10,
    sentBitsPerSecond: rate(send),
    receivedBitsPerSecond: rate(receive),
    sentLoss: loss(send),
    receivedLoss: loss(receive),
  }
}

function rate({ audio, video }: PathReport['send']): number {
  return Math.round(audio.bitsPerSecond + video.bitsPerSecond)
}

function loss({ audio, video }: PathReport['send']): number | null {
  const known = [audio.lossRatio, video.lossRatio].filter((ratio) => ratio !== null)
  return known.length > 0 ? Math.round(Math.max(...known) * 10_000) / 10_000 : null
}
