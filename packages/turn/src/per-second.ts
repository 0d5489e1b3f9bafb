const WINDOW_MS = 1000

/** Bounds how often something is done in each second. */
export class PerSecond {
  readonly #most: number
  #since = -Infinity
  #count = 0

  constructor(most: number) {
    this.#most = most
  }

  /** Counts it, and says whether it may be done; `now` in milliseconds since the epoch. */
  take(now: number): boolean {
    const passed = now - this.#since
    // The clock may have been set back.
    if (passed >= WINDOW_MS || passed < 0) {
      this.#since = now
      this.#count = 0
    }
    if (this.#count >= this.#most) return false
    this.#count += 1
    return true
  }
}
