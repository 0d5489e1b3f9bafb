const BUCKETS = 8
const BUCKET_MS = 2_000
/** Values count for so long. */
export const WINDOW_MS = BUCKETS * BUCKET_MS

/** The least value of the last seconds; when none came, that of the last ones that did. */
export class SlidingMinimum {
  readonly #buckets = new Float64Array(BUCKETS).fill(Infinity)
  /** Counts stretches of time. */
  #now = -1
  /** When the next one begins. */
  #endMs = -Infinity
  /** The least of this one. */
  #least = Infinity
  #value = Infinity

  /** Infinity before the first one. */
  get value(): number {
    return this.#value
  }

  add(value: number, nowMs: number): void {
    if (nowMs >= this.#endMs) this.#moveTo(Math.floor(nowMs / BUCKET_MS))
    if (value >= this.#least) return
    this.#least = value
    this.#buckets[this.#now % BUCKETS] = value
    if (value < this.#value) this.#value = value
  }

  clear(): void {
    this.#buckets.fill(Infinity)
    this.#now = -1
    this.#endMs = -Infinity
    this.#value = Infinity
  }

  #moveTo(now: number): void {
    const passed = this.#now < 0 ? BUCKETS : Math.min(BUCKETS, now - this.#now)
    for (let step = 0; step < passed; step += 1) {
      this.#buckets[(now - step) % BUCKETS] = Infinity
    }
    this.#now = now
    this.#endMs = (now + 1) * BUCKET_MS
    this.#least = Infinity
    this.#value = Math.min(...this.#buckets)
  }
}
