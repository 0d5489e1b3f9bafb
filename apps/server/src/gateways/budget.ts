import type { Clock } from '@duet/base'
import type { DialectLimits } from './dialect-limits.ts'
import { TokenBucket } from './rate.ts'

/**
 * What one connection of an older dialect may still say. Its clients know no errors: what is
 * over the rate is not heard, and who goes on all the same is cut off.
 */
export class Budget {
  readonly #limits: DialectLimits
  readonly #messages: TokenBucket
  readonly #lengths: TokenBucket
  readonly #translated: TokenBucket
  #refusals = 0

  constructor(limits: DialectLimits, clock: Clock) {
    this.#limits = limits
    this.#messages = new TokenBucket(limits.messageRate, clock)
    this.#lengths = new TokenBucket(limits.lengthRate, clock)
    this.#translated = new TokenBucket(limits.translatedLengthRate, clock)
  }

  /** True when so many messages were over the rate that the connection has to go. */
  get isSpent(): boolean {
    return this.#refusals > this.#limits.maxRateRefusals
  }

  /** Whether a message of `length` UTF-16 units is heard. */
  admit(length: number): boolean {
    if (this.#messages.take() && this.#lengths.take(length)) return true
    this.#refusals++
    return false
  }

  /** Whether a message of `length` UTF-16 units, heard already, is translated as well. */
  admitTranslation(length: number): boolean {
    return this.#translated.take(length)
  }
}
