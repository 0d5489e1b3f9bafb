import type { CancelTimer, Clock } from '@duet/base'

export interface LivenessOptions {
  clock: Clock
  /** Sends a ping over the data channel; says how often pings will come. */
  ping: (intervalMs: number) => void
  /** What came in on the transport so far: bytes, and connectivity checks when asked for. */
  received: (withChecks: boolean) => Promise<number | undefined>
  /** True while the data channel is open: the other side's transport acknowledges pings. */
  isAcknowledged: () => boolean
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
 * For a peer that does not ping, while its transport acknowledges ours: within 500 ms at most
 * (RFC 9260 §6.2), and a long round trip.
 */
const UNACKNOWLEDGED_MS = 2_000

/**
 * Without a data channel a peer that sends no media is heard by connectivity checks alone
 * (RFC 7675): every 2.5 s in Chromium, so that one may be lost.
 */
const UNCHECKED_MS = 6_000

/**
 * Tells within about a second that nothing arrives any more. Judged by pings on the data
 * channel first, and by the transport's counters before silence is declared; never by RTP
 * alone, which stops by itself when camera and microphone are off. Of a peer that never
 * pinged, less can be expected (docs/protocol.md, D5).
 */
export class Liveness {
  readonly #options: LivenessOptions
  readonly #cancel: CancelTimer
  #heardAt: number
  /** Undefined until a ping comes, which may never be: not every page knows this channel. */
  #peerIntervalMs: number | undefined
  /** The transport's counter when the silence was first noticed; undefined while pings come. */
  #bytes: number | undefined
  #isSilent = false
  #isSampling = false
  #isClosed = false
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
    this.#bytes = undefined
    if (peerIntervalMs !== undefined) this.#peerIntervalMs = peerIntervalMs
    this.#setSilent(false)
  }

  /** The page went to the background or came back: says at once how often pings come now. */
  visibilityChanged(): void {
    if (!this.#isClosed) this.#ping(this.#options.clock.now())
  }

  /** Stops for good. Idempotent. */
  close(): void {
    this.#isClosed = true
    this.#cancel()
  }

  #tick(): void {
    const now = this.#options.clock.now()
    if (now - this.#pingedAt >= this.#intervalMs() - PING_INTERVAL_MS / 2) this.#ping(now)
    const limit = this.#limitMs()
    // The counter is read once before the limit, so that growth can be seen when it is reached.
    if (now - this.#heardAt >= limit / 2) void this.#sample(limit)
  }

  #limitMs(): number {
    const interval = this.#peerIntervalMs
    if (interval !== undefined) return Math.max(SILENCE_MS, MISSING_PINGS * interval)
    if (!this.#options.isAcknowledged()) return UNCHECKED_MS
    return Math.max(UNACKNOWLEDGED_MS, MISSING_PINGS * this.#intervalMs())
  }

  #intervalMs(): number {
    return this.#options.isHidden() ? HIDDEN_PING_INTERVAL_MS : PING_INTERVAL_MS
  }

  #ping(now: number): void {
    this.#pingedAt = now
    this.#options.ping(this.#intervalMs())
  }

  async #sample(limit: number): Promise<void> {
    if (this.#isSampling) return
    this.#isSampling = true
    const before = this.#bytes
    const withChecks = this.#peerIntervalMs === undefined && !this.#options.isAcknowledged()
    const bytes = await this.#options.received(withChecks).catch(() => before)
    this.#isSampling = false
    // A ping may have come in between.
    if (this.#isClosed || before !== this.#bytes) return
    this.#bytes = bytes
    const now = this.#options.clock.now()
    if (before === undefined || bytes === undefined) return
    if (bytes > before) {
      this.#heardAt = now
      this.#setSilent(false)
    } else if (now - this.#heardAt >= limit) this.#setSilent(true)
  }

  #setSilent(isSilent: boolean): void {
    if (this.#isSilent === isSilent) return
    this.#isSilent = isSilent
    if (isSilent) this.#options.onSilent()
    else this.#options.onHeard()
  }
}
