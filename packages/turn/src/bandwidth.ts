import type { IpAddress } from '@duet/stun'
import type { TurnLimits } from './limits.ts'
import { householdOf } from './networks.ts'
import type { QuotaOwner } from './quota.ts'

/** Whose bandwidth is used up. */
export type BandwidthOwner = 'allocation' | 'user' | 'address' | 'server'

/** A bucket holds what may pass in a second, and the longest datagram at least. */
const MIN_BURST_BYTES = 65_535

/** Bytes that may pass; they come back with time. */
class ByteBucket {
  readonly owner: BandwidthOwner
  /** Allocations that use it. */
  users = 0
  readonly #bytesPerMs: number
  readonly #burst: number
  #left: number
  #at: number

  constructor(owner: BandwidthOwner, bytesPerSecond: number, now: number) {
    this.owner = owner
    this.#bytesPerMs = bytesPerSecond / 1000
    this.#burst = Math.max(bytesPerSecond, MIN_BURST_BYTES)
    this.#left = this.#burst
    this.#at = now
  }

  has(bytes: number, now: number): boolean {
    this.#fill(now)
    return this.#left >= bytes
  }

  take(bytes: number): void {
    this.#left -= bytes
  }

  isFull(now: number): boolean {
    this.#fill(now)
    return this.#left >= this.#burst
  }

  #fill(now: number): void {
    const passed = now - this.#at
    if (passed === 0) return
    this.#at = now
    if (passed > 0) this.#left = Math.min(this.#burst, this.#left + passed * this.#bytesPerMs)
  }
}

/** What one allocation may relay. */
export class Meter {
  readonly #buckets: readonly ByteBucket[]
  #isClosed = false

  constructor(buckets: readonly ByteBucket[]) {
    this.#buckets = buckets
    for (const bucket of buckets) bucket.users += 1
  }

  /** Counts a packet, unless it is too much for somebody: who that is. */
  take(bytes: number, now: number): BandwidthOwner | undefined {
    const buckets = this.#buckets
    // By index: this is done for every packet.
    for (let index = 0; index < buckets.length; index += 1) {
      const bucket = buckets[index] as ByteBucket
      if (!bucket.has(bytes, now)) return bucket.owner
    }
    for (let index = 0; index < buckets.length; index += 1) buckets[index]?.take(bytes)
    return undefined
  }

  /** The allocation has ended. Idempotent. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const bucket of this.#buckets) bucket.users -= 1
  }
}

/**
 * Bounds relayed bytes per second, both directions together: of one allocation, of one user, of one
 * IPv4 address or IPv6 /64, and of all.
 */
export class Bandwidth {
  readonly #limits: TurnLimits
  readonly #byUser = new Map<string, ByteBucket>()
  readonly #byHousehold = new Map<IpAddress, ByteBucket>()
  readonly #total: ByteBucket | undefined

  constructor(limits: TurnLimits, now: number) {
    this.#limits = limits
    this.#total = bucketOf('server', limits.bandwidth, now)
  }

  /** How many users and addresses are counted: none may be left when nothing is relayed. */
  get tracked(): number {
    return this.#byUser.size + this.#byHousehold.size
  }

  /** For a new allocation; undefined when nothing is bounded. */
  open({ userId, ip }: QuotaOwner, now: number): Meter | undefined {
    const { bandwidthPerAllocation, bandwidthPerUser, bandwidthPerAddress } = this.#limits
    const buckets = [
      bucketOf('allocation', bandwidthPerAllocation, now),
      shared(this.#byUser, userId, () => bucketOf('user', bandwidthPerUser, now)),
      shared(this.#byHousehold, householdOf(ip), () =>
        bucketOf('address', bandwidthPerAddress, now),
      ),
      this.#total,
    ].filter((bucket) => bucket !== undefined)
    return buckets.length === 0 ? undefined : new Meter(buckets)
  }

  /** Forgets buckets that nobody uses; not before they are full, or a new one would be more. */
  handleTick(now: number): void {
    forgetUnused(this.#byUser, now)
    forgetUnused(this.#byHousehold, now)
  }
}

function bucketOf(
  owner: BandwidthOwner,
  bytesPerSecond: number,
  now: number,
): ByteBucket | undefined {
  return bytesPerSecond === Infinity ? undefined : new ByteBucket(owner, bytesPerSecond, now)
}

function shared<Key>(
  buckets: Map<Key, ByteBucket>,
  key: Key,
  create: () => ByteBucket | undefined,
): ByteBucket | undefined {
  const known = buckets.get(key)
  if (known) return known
  const bucket = create()
  if (bucket) buckets.set(key, bucket)
  return bucket
}

function forgetUnused<Key>(buckets: Map<Key, ByteBucket>, now: number): void {
  for (const [key, bucket] of buckets) {
    if (bucket.users === 0 && bucket.isFull(now)) buckets.delete(key)
  }
}
