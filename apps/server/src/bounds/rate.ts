import type { Clock } from '@duet/base'

export interface Rate {
  /** Tokens that come back each second. */
  perSecond: number
  /** Tokens at the start and at the most. */
  burst: number
}

/** A token bucket: lets `burst` through at once and `perSecond` on average. */
export class TokenBucket {
  readonly #rate: Rate
  readonly #clock: Clock
  #tokens: number
  #filledAt: number

  constructor(rate: Rate, clock: Clock) {
    this.#rate = rate
    this.#clock = clock
    this.#tokens = rate.burst
    this.#filledAt = clock.now()
  }

  /** Takes `amount` tokens; false, and none is taken, when there are not so many. */
  take(amount = 1): boolean {
    this.#fill()
    if (this.#tokens < amount) return false
    this.#tokens -= amount
    return true
  }

  /** Puts back what was taken for nothing. */
  giveBack(amount = 1): void {
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + amount)
  }

  /** True when nothing has been taken for so long that the bucket may be forgotten. */
  get isFull(): boolean {
    this.#fill()
    return this.#tokens >= this.#rate.burst
  }

  #fill(): void {
    const now = this.#clock.now()
    const gained = ((now - this.#filledAt) / 1000) * this.#rate.perSecond
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + Math.max(0, gained))
    this.#filledAt = now
  }
}
