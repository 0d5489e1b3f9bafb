/** Pauses between tries to reach the server, in milliseconds: the first follows almost at once. */
const PAUSES_MS = [50, 250, 500, 1_000, 2_000, 4_000]

/** At least this long when the server asked for a pause. */
const SLOW_MS = 2_000

/** How long to wait before the next try; spread by up to a half, so that crowds do not return as one. */
export class Backoff {
  readonly #random: () => number
  #tries = 0
  #minimumMs = 0

  constructor(random: () => number) {
    this.#random = random
  }

  /** The next pause in milliseconds. */
  next(): number {
    const pause = PAUSES_MS[Math.min(this.#tries++, PAUSES_MS.length - 1)] ?? SLOW_MS
    return Math.max(pause, this.#minimumMs) * (1 + this.#random() / 2)
  }

  /** The server asked not to hurry. */
  slowDown(): void {
    this.#minimumMs = SLOW_MS
  }

  /** Connected: the next loss begins from the start. */
  reset(): void {
    this.#tries = 0
    this.#minimumMs = 0
  }
}
