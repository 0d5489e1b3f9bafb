import type { Clock } from '@duet/base'

/** Requests that wait at once; others are answered with what is known. */
const MAX_WAITING = 256
/** The main thread is asked once in so long, however many wait. */
const PACE_MS = 5

/**
 * Lets a thread hear what the main one was told before: messages come in order, so an answer of
 * the main thread comes after all that it said until then.
 */
export class CatchUp {
  readonly #ask: () => Promise<unknown>
  readonly #clock: Clock
  #waiting: (() => void)[] = []
  #isAsking = false

  constructor(ask: () => Promise<unknown>, clock: Clock) {
    this.#ask = ask
    this.#clock = clock
  }

  /** Calls this when all that was said until now has been heard; false: too many wait. */
  add(callback: () => void): boolean {
    if (this.#waiting.length >= MAX_WAITING) return false
    this.#waiting.push(callback)
    if (!this.#isAsking) void this.#askForAll()
    return true
  }

  async #askForAll(): Promise<void> {
    this.#isAsking = true
    const waiting = this.#waiting
    this.#waiting = []
    // Whoever cannot be asked any more is closing.
    await this.#ask().catch(() => {})
    for (const callback of waiting) callback()
    this.#clock.after(PACE_MS, () => {
      this.#isAsking = false
      if (this.#waiting.length > 0) void this.#askForAll()
    })
  }
}
