import type { Clock } from '@duet/base'
import { TokenBucket, type Rate } from './rate.ts'

/** Bounds on what one connection may say. */
export interface BudgetLimits {
  /** Messages of one connection. */
  messageRate: Rate
  /** UTF-16 units of such messages: a message of 1 MB passes. */
  lengthRate: Rate
  /** Messages over the rate after which a connection is closed; one is forgotten each second. */
  maxRateRefusals: number
}

/** Messages over the rate that are forgotten again: a long call may have a moment of haste. */
const FORGIVEN_PER_SECOND = 1

/**
 * What one connection of an older dialect may still say. Its clients know no errors: what is
 * over the rate is not heard, and who goes on all the same is cut off.
 */
export class Budget {
  readonly #messages: TokenBucket
  readonly #lengths: TokenBucket
  readonly #patience: TokenBucket
  #isSpent = false

  constructor(limits: BudgetLimits, clock: Clock) {
    this.#messages = new TokenBucket(limits.messageRate, clock)
    this.#lengths = new TokenBucket(limits.lengthRate, clock)
    const patience = { perSecond: FORGIVEN_PER_SECOND, burst: limits.maxRateRefusals }
    this.#patience = new TokenBucket(patience, clock)
  }

  /** True when so many messages were over the rate that the connection has to go. */
  get isSpent(): boolean {
    return this.#isSpent
  }

  /** Whether a message of `length` UTF-16 units is heard. */
  admit(length: number): boolean {
    if (this.#messages.take() && this.#lengths.take(length)) return true
    if (!this.#patience.take()) this.#isSpent = true
    return false
  }
}
