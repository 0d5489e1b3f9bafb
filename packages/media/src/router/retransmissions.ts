/** Repetitions that are remembered, to tell a second request from a new one; a power of two. */
const SLOTS = 256
const MASK = SLOTS - 1
/** A share of what is sent may be sent again. */
const SHARE = 0.5
const MAX_BUDGET_BYTES = 262_144
const FIRST_BUDGET_BYTES = 65_536
/** As long as no round trip is known. */
const USUAL_ROUND_TRIP_MS = 40

/** Bounds what one player may have sent again: it may never acknowledge anything. */
export class Retransmissions {
  #budget = FIRST_BUDGET_BYTES
  #sentBytes = 0
  readonly #sequences = new Int32Array(SLOTS).fill(-1)
  readonly #times = new Float64Array(SLOTS)

  /** So many bytes were sent for the first time, in all. */
  earn(sentBytes: number): void {
    const earned = (sentBytes - this.#sentBytes) * SHARE
    this.#sentBytes = sentBytes
    this.#budget = Math.min(MAX_BUDGET_BYTES, this.#budget + earned)
  }

  /** Whether a packet may go again; if so, it is counted. */
  mayRepeat(
    sequence: number,
    bytes: number,
    roundTripMs: number | undefined,
    nowMs: number,
  ): boolean {
    const slot = sequence & MASK
    // What was repeated less than a round trip ago may still be on its way.
    const isOnItsWay =
      this.#sequences[slot] === sequence &&
      nowMs - this.#times[slot]! < (roundTripMs ?? USUAL_ROUND_TRIP_MS)
    if (isOnItsWay || bytes > this.#budget) return false
    this.#budget -= bytes
    this.#sequences[slot] = sequence
    this.#times[slot] = nowMs
    return true
  }
}
