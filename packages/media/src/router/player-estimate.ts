import type { ReportBlock } from '../rtp/rtcp/rtcp-packet.ts'

/** An estimate that the player did not repeat for so long is not believed any more. */
const ESTIMATE_VALID_MS = 10_000
/** Losses up to this share are usual, from that on they say that the path is full; of 256. */
const LOW_LOSS = 5
const HIGH_LOSS = 26
/** How much more is tried where nothing is lost. */
const INCREASE = 1.08
/** Less is asked of no publisher: a picture of less is none. */
const MIN_BITRATE = 100_000
/** No limit by losses is known. */
const UNBOUNDED = Infinity

/**
 * What one player's path carries, in bits per second: its own estimate (REMB), and what its losses
 * say, which estimates of receivers do not count.
 */
export class PlayerEstimate {
  #received = UNBOUNDED
  #receivedAtMs = 0
  #byLoss = UNBOUNDED

  /** The player's own estimate. */
  handleEstimate(bitsPerSecond: number, nowMs: number): void {
    this.#received = bitsPerSecond
    this.#receivedAtMs = nowMs
  }

  /** How its track arrives while `bitsPerSecond` are sent to it. */
  handleReport({ fractionLost }: ReportBlock, bitsPerSecond: number): void {
    if (fractionLost > HIGH_LOSS) {
      const base = Math.min(this.#byLoss, bitsPerSecond)
      this.#byLoss = Math.max(MIN_BITRATE, base * (1 - (0.5 * fractionLost) / 256))
    } else if (fractionLost < LOW_LOSS && this.#byLoss !== UNBOUNDED) {
      this.#byLoss *= INCREASE
      // Far above what is sent it limits nothing.
      if (this.#byLoss > 4 * Math.max(bitsPerSecond, MIN_BITRATE)) this.#byLoss = UNBOUNDED
    }
  }

  /** Bits per second; undefined: nothing is known of the path. */
  bitrate(nowMs: number): number | undefined {
    const isValid = nowMs - this.#receivedAtMs < ESTIMATE_VALID_MS
    const bitrate = Math.min(isValid ? this.#received : UNBOUNDED, this.#byLoss)
    return bitrate === UNBOUNDED ? undefined : Math.max(MIN_BITRATE, bitrate)
  }
}
