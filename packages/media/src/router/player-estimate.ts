import type { ReportBlock } from '../rtp/rtcp/rtcp-packet.ts'

/** An estimate that the player did not repeat for so long is not believed any more. */
const ESTIMATE_VALID_MS = 10_000
/** Losses up to this share are usual, from that on they say that the path is full; of 256. */
const LOW_LOSS = 5
const HIGH_LOSS = 26
/** How much more is tried per report of a second where nothing is lost, or per second. */
const INCREASE = 1.08
/** An estimate below this share of the one before has fallen. */
const FALL = 0.97
/** Less is asked of no publisher: a picture of less is none. */
const MIN_BITRATE = 100_000
/** No limit by losses is known. */
const UNBOUNDED = Infinity

/**
 * What one player's path carries, in bits per second, by its own estimates (REMB) and by its losses,
 * which those do not count. A receiver that sees no sign of a full path names about what it
 * receives: only estimates that fall say that there is no more, and afterwards more is tried.
 */
export class PlayerEstimate {
  #received = UNBOUNDED
  #receivedAtMs = 0
  #byDelay = UNBOUNDED
  #byLoss = UNBOUNDED

  /** The player's own estimate, while `sentBitsPerSecond` are sent to it. */
  handleEstimate(bitsPerSecond: number, sentBitsPerSecond: number, nowMs: number): void {
    const passedMs = Math.min(nowMs - this.#receivedAtMs, ESTIMATE_VALID_MS)
    // The first one falls below nothing.
    if (this.#receivedAtMs !== 0 && bitsPerSecond < this.#received * FALL) {
      this.#byDelay = Math.min(this.#byDelay, bitsPerSecond)
    } else this.#byDelay = increased(this.#byDelay, passedMs / 1000, sentBitsPerSecond)
    this.#received = bitsPerSecond
    this.#receivedAtMs = nowMs
  }

  /** How its track arrives while `bitsPerSecond` are sent to it. */
  handleReport({ fractionLost }: ReportBlock, bitsPerSecond: number): void {
    if (fractionLost > HIGH_LOSS) {
      const base = Math.min(this.#byLoss, bitsPerSecond)
      this.#byLoss = Math.max(MIN_BITRATE, base * (1 - (0.5 * fractionLost) / 256))
    } else if (fractionLost < LOW_LOSS) this.#byLoss = increased(this.#byLoss, 1, bitsPerSecond)
  }

  /** Bits per second; undefined: nothing is known of the path. */
  bitrate(nowMs: number): number | undefined {
    const isValid = nowMs - this.#receivedAtMs < ESTIMATE_VALID_MS
    const bitrate = Math.min(isValid ? this.#byDelay : UNBOUNDED, this.#byLoss)
    return bitrate === UNBOUNDED ? undefined : Math.max(MIN_BITRATE, bitrate)
  }
}

/** What is tried next. Far above what is sent it limits nothing. */
function increased(bitrate: number, times: number, sentBitsPerSecond: number): number {
  const more = bitrate * INCREASE ** times
  return more > 4 * Math.max(sentBitsPerSecond, MIN_BITRATE) ? UNBOUNDED : more
}
