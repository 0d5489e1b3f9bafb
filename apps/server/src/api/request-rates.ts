import type { Clock } from '@duet/base'
import type { UserId } from '@duet/rules'
import { BoundedBuckets } from '../bounds/bounded-buckets.ts'
import { addressGroup } from '../bounds/address-group.ts'
import { ApiError } from './api-error.ts'

/** Requests that only read, of one account or of one address where nobody is logged in. */
const READS = { perSecond: 20, burst: 300 }

/** Requests that change something. */
const WRITES = { perSecond: 2, burst: 100 }

/** Bounds how often an account, or a nobody's address, may ask. */
export class RequestRates {
  readonly #reads: BoundedBuckets
  readonly #writes: BoundedBuckets

  constructor(clock: Clock) {
    this.#reads = new BoundedBuckets(READS, clock)
    this.#writes = new BoundedBuckets(WRITES, clock)
  }

  /** Counts a request, or throws `rate-limited`. */
  take(request: { user: UserId | undefined; address: string; isRead: boolean }): void {
    const { user, address, isRead } = request
    const buckets = isRead ? this.#reads : this.#writes
    if (buckets.take(user === undefined ? addressGroup(address) : `user ${user}`)) return
    const retryAfterMs = Math.max(1000, buckets.refillMs)
    throw new ApiError('rate-limited', 'Too many requests.', { retryAfterMs })
  }
}
