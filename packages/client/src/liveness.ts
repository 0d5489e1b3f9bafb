import type { CancelTimer, Clock } from '@duet/base'

export interface LivenessOptions {
  clock: Clock
  /** Sends a ping over the data channel; says how often pings will come. */
  ping: (intervalMs: number) => void
  /** Bytes received on the transport so far; any kind of packet counts. */
  receivedBytes: () => Promise<number>
  /** True while the page is in the background, where timers run once a second. */
  isHidden: () => boolean
  onSilent: () => void
  onHeard: () => void
}

const PING_INTERVAL_MS = 250
const HIDDEN_PING_INTERVAL_MS = 1_000

/** Silence begins after this time without any packet. */
const SILENCE_MS = 1_000

/** A peer that pings slowly is silent after so many missing pings. */
const MISSING_PINGS = 2.5

/**
 * Tells within about a second that nothing arrives any more. Judged by pings on the data
 * channel first, and by the transport's counters before silence is declared; never by RTP
 * alone, which stops by itself when camera and microphone are off.
 */
export class Liveness {
  readonly #options: LivenessOptions
  readonly #cancel: CancelTimer
  #heardAt: number
  #peerIntervalMs = PING_INTERVAL_MS
  #bytes = 0
  #isSilent = false
  #isSampling = false
  #pingedAt = 0

  constructor(options: LivenessOptions) {
    this.#options = options
    this.#heardAt = options.clock.now()
    this.#cancel = options.clock.every(PING_INTERVAL_MS, () => this.#tick())
  }

  /** True while nothing arrives. */
  get isSilent(): boolean {
    return this.#isSilent
  }

  /** Something arrived over the data channel; a ping says how often the next will come. */
  heard(peerIntervalMs?: number): void {
    this.#heardAt = this.#options.clock.now()
    if (peerIntervalMs !== undefined) this.#peerIntervalMs = peerIntervalMs
    this.#setSilent(false)
  }

  /** Stops for good. Idempotent. */
  close(): void {
    this.#cancel()
  }

  #tick(): void {
    const { clock, isHidden, ping } = this.#options
    const now = clock.now()
    const intervalMs = isHidden() ? HIDDEN_PING_INTERVAL_MS : PING_INTERVAL_MS
    if (now - this.#pingedAt >= intervalMs - PING_INTERVAL_MS / 2) {
      this.#pingedAt = now
      ping(intervalMs)
    }
    const limit = Math.max(SILENCE_MS, MISSING_PINGS * this.#peerIntervalMs)
    // Counters are read once before the limit, so that growth can be seen when it is reached.
    if (now - this.#heardAt >= limit / 2) void this.#sample(limit)
  }

  async #sample(limit: number): Promise<void> {
    if (this.#isSampling) return
    this.#isSampling = true
    const bytes = await this.#options.receivedBytes().catch(() => this.#bytes)
    this.#isSampling = false
    const hasGrown = bytes > this.#bytes
    this.#bytes = bytes
    if (hasGrown) this.heard()
    else if (this.#options.clock.now() - this.#heardAt >= limit) this.#setSilent(true)
  }

  #setSilent(isSilent: boolean): void {
    if (this.#isSilent === isSilent) return
    this.#isSilent = isSilent
    if (isSilent) this.#options.onSilent()
    else this.#options.onHeard()
  }
}
