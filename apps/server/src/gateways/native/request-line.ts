/** Requests of one session that wait for one before them; one more ends the session. */
export const MAX_WAITING_IN_LINE = 512

/**
 * Carries tasks out in order. As long as none takes time each is done at once; after one that
 * does, the others wait for it.
 */
export class RequestLine {
  #waiting: (() => Promise<void> | undefined)[] | undefined

  /** False: too many wait already. A task must not reject. */
  add(task: () => Promise<void> | undefined): boolean {
    if (this.#waiting) return this.#waiting.push(task) <= MAX_WAITING_IN_LINE
    const running = task()
    if (running) {
      this.#waiting = []
      void this.#drain(running)
    }
    return true
  }

  /** Forgets those that wait. */
  clear(): void {
    this.#waiting?.splice(0)
  }

  async #drain(first: Promise<void>): Promise<void> {
    await first
    for (let next = this.#waiting?.shift(); next; next = this.#waiting?.shift()) await next()
    this.#waiting = undefined
  }
}
