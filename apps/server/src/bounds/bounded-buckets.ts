import type { Clock } from '@duet/base'
import { TokenBucket, type Rate } from './rate.ts'

/** Keys that are remembered; past that the one that was not used for longest is forgotten. */
const MAX_KEYS = 20_000

/** A token bucket for each key. */
export class BoundedBuckets {
  readonly #rate: Rate
  readonly #clock: Clock
  /** Least recently used first. */
  readonly #buckets = new Map<string, TokenBucket>()

  constructor(rate: Rate, clock: Clock) {
    this.#rate = rate
    this.#clock = clock
  }

  /** Keys that are remembered. */
  get size(): number {
    return this.#buckets.size
  }

  /** Takes a token of this key; false when there is none. */
  take(key: string): boolean {
    const bucket = this.#buckets.get(key) ?? new TokenBucket(this.#rate, this.#clock)
    this.#buckets.delete(key)
    this.#buckets.set(key, bucket)
    const isTaken = bucket.take()
    this.#forget()
    return isTaken
  }

  /** Puts a token back that was taken for nothing. */
  giveBack(key: string): void {
    this.#buckets.get(key)?.giveBack()
  }

  /** When a token will be there again, at the latest, in milliseconds. */
  get refillMs(): number {
    return 1000 / this.#rate.perSecond
  }

  #forget(): void {
    for (const [key, bucket] of this.#buckets) {
      if (this.#buckets.size <= MAX_KEYS && !bucket.isFull) return
      this.#buckets.delete(key)
    }
  }
}
