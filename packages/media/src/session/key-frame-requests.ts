/** Merges what several players ask of one track: each key frame serves all of them. */
export class KeyFrameRequests {
  readonly #intervalMs: number
  #askedMs = -Infinity
  /** Since when somebody waits for the next request; undefined: nobody does. */
  #waitingMs: number | undefined

  constructor(perSecond: number) {
    this.#intervalMs = 1_000 / perSecond
  }

  /** Whether somebody waits for the next request. */
  get isWaiting(): boolean {
    return this.#waitingMs !== undefined
  }

  /** Somebody needs one; returns whether to ask for it now. */
  request(nowMs: number): boolean {
    if (nowMs - this.#askedMs < this.#intervalMs) {
      this.#waitingMs = nowMs
      return false
    }
    this.#askedMs = nowMs
    this.#waitingMs = undefined
    return true
  }

  /** Whether to ask now for those who wait; not when a key frame came since, at `keyFrameMs`. */
  isDue(nowMs: number, keyFrameMs: number): boolean {
    if (this.#waitingMs === undefined) return false
    if (keyFrameMs > this.#waitingMs) this.#waitingMs = undefined
    else if (nowMs - this.#askedMs >= this.#intervalMs) return this.request(nowMs)
    return false
  }
}
