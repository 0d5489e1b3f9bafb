const SEQUENCES = 0x1_0000

/** How far `a` is ahead of `b`, both of 16 bits: -32768 to 32767 (RFC 1982 §3.2). */
export function sequenceDifference(a: number, b: number): number {
  return ((a - b) << 16) >> 16
}

/** Whether `a` comes after `b`, both of 16 bits. */
export function isSequenceAfter(a: number, b: number): boolean {
  return ((a - b) << 16) >> 16 > 0
}

/** How far `a` is ahead of `b`, both RTP timestamps of 32 bits. */
export function timestampDifference(a: number, b: number): number {
  return (a - b) | 0
}

/** Counts on where 16 bits wrap around: each number becomes the one nearest to the highest yet. */
export class SequenceUnwrapper {
  /** The highest number returned; -1 before the first. */
  #highest = -1

  /** The highest number returned; -1 before the first. */
  get highest(): number {
    return this.#highest
  }

  /**
   * The unwrapped number of `sequence`; the first one is returned as 65536 more than it is, so that
   * those that come late are not negative.
   */
  unwrap(sequence: number): number {
    if (this.#highest < 0) {
      this.#highest = SEQUENCES + sequence
      return this.#highest
    }
    const unwrapped = this.#highest + sequenceDifference(sequence, this.#highest)
    if (unwrapped > this.#highest) this.#highest = unwrapped
    return unwrapped
  }
}
