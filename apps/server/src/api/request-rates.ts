import type { Clock } from '@duet/base'
import type { UserId } from '@duet/rules'
import { addressGroup } from '../bounds/address-group.ts'
import { BoundedBuckets } from '../bounds/bounded-buckets.ts'
import { ApiError } from './api-error.ts'

/**
 * Requests that only read, of one account; where nobody is logged in, of one device that was before,
 * or of one address: neighbours behind it can keep no known device from logging in.
 */
const READS = { perSecond: 20, burst: 300 }

/** Requests that change something. */
const WRITES = { perSecond: 2, burst: 100 }

interface Asker {
  user: UserId | undefined
  /** The id of its mark. */
  device: string | undefined
  address: string
}

/** Bounds how often an account, or a nobody's device or address, may ask. */
export class RequestRates {
  readonly #reads: BoundedBuckets
  readonly #writes: BoundedBuckets

  constructor(clock: Clock) {
    this.#reads = new BoundedBuckets(READS, clock)
    this.#writes = new BoundedBuckets(WRITES, clock)
  }

  /** Counts a request, or throws `rate-limited`. */
  take({ isRead, ...asker }: Asker & { isRead: boolean }): void {
    const buckets = isRead ? this.#reads : this.#writes
    if (buckets.take(keyOf(asker))) return
    const retryAfterMs = Math.max(1000, buckets.refillMs)
    throw new ApiError('rate-limited', 'Too many requests.', { retryAfterMs })
  }
}

function keyOf({ user, device, address }: Asker): string {
  if (user !== undefined) return `user ${user}`
  return device === undefined ? addressGroup(address) : `device ${device}`
}
