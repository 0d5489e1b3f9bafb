import type { Clock } from '@duet/base'

/** Runs out unless something happens in time. */
export class Deadline {
  readonly #clock: Clock
  readonly #ms: number
  readonly #onOver: () => void
  #cancel: () => void

  constructor(clock: Clock, ms: number, onOver: () => void) {
    this.#clock = clock
    this.#ms = ms
    this.#onOver = onOver
    this.#cancel = clock.after(ms, onOver)
  }

  /** Something happened. */
  restart(): void {
    this.#cancel()
    this.#cancel = this.#clock.after(this.#ms, this.#onOver)
  }

  /** Nothing is waited for any more. Idempotent. */
  stop(): void {
    this.#cancel()
  }
}
