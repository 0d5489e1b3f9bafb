import type { IpAddress } from '@duet/stun'
import { ByteBucket, type BucketCells } from './byte-bucket.ts'
import type { TurnLimits } from './limits.ts'
import { householdOf } from './networks.ts'
import type { QuotaOwner } from './quota.ts'

/** Whose bandwidth is used up. */
export type BandwidthOwner = 'allocation' | 'user' | 'address' | 'server'

/** One of the bounds of an allocation. */
interface OwnedBucket {
  owner: BandwidthOwner
  bucket: ByteBucket
}

/** Finds the bucket of somebody in what all threads use; undefined when there is no room for it. */
export type FindCells = (owner: BandwidthOwner, key: string) => BucketCells | undefined

/** What one allocation may relay. */
export class Meter {
  readonly #buckets: readonly OwnedBucket[]
  #isClosed = false

  constructor(buckets: readonly OwnedBucket[]) {
    this.#buckets = buckets
    for (const { bucket } of buckets) bucket.users += 1
  }

  /** Counts a packet, unless it is too much for somebody: who that is. */
  take(bytes: number, now: number): BandwidthOwner | undefined {
    const buckets = this.#buckets
    // By index: this is done for every packet.
    for (let index = 0; index < buckets.length; index += 1) {
      const { owner, bucket } = buckets[index] as OwnedBucket
      if (!bucket.has(bytes, now)) return owner
    }
    for (let index = 0; index < buckets.length; index += 1) buckets[index]?.bucket.take(bytes)
    return undefined
  }

  /** The allocation has ended. Idempotent. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const { bucket } of this.#buckets) bucket.users -= 1
  }
}

/**
 * Bounds relayed bytes per second, both directions together: of one allocation, of one user, of one
 * IPv4 address or IPv6 /64, and of all.
 */
export class Bandwidth {
  readonly #limits: TurnLimits
  readonly #byUser = new Map<string, OwnedBucket>()
  readonly #byHousehold = new Map<IpAddress, OwnedBucket>()
  readonly #total: OwnedBucket | undefined
  readonly #findCells: FindCells | undefined

  /** With `findCells`, the bounds hold for all threads that find the same. */
  constructor(limits: TurnLimits, now: number, findCells?: FindCells) {
    this.#limits = limits
    this.#findCells = findCells
    this.#total = this.#bucketOf('server', { key: '', bytesPerSecond: limits.bandwidth, now })
  }

  /** How many users and addresses are counted: none may be left when nothing is relayed. */
  get tracked(): number {
    return this.#byUser.size + this.#byHousehold.size
  }

  /** For a new allocation; undefined when nothing is bounded. */
  open({ userId, ip }: QuotaOwner, now: number): Meter | undefined {
    const { bandwidthPerAllocation, bandwidthPerUser, bandwidthPerAddress } = this.#limits
    const household = householdOf(ip)
    const own =
      bandwidthPerAllocation === Infinity ? undefined : new ByteBucket(bandwidthPerAllocation, now)
    const buckets = [
      own && { owner: 'allocation' as const, bucket: own },
      shared(this.#byUser, userId, () =>
        this.#bucketOf('user', { key: userId, bytesPerSecond: bandwidthPerUser, now }),
      ),
      shared(this.#byHousehold, household, () =>
        this.#bucketOf('address', {
          key: String(household),
          bytesPerSecond: bandwidthPerAddress,
          now,
        }),
      ),
      this.#total,
    ].filter((each) => each !== undefined)
    return buckets.length === 0 ? undefined : new Meter(buckets)
  }

  /** Forgets buckets that nobody uses; not before they are full, or a new one would be more. */
  handleTick(now: number): void {
    forgetUnused(this.#byUser, now)
    forgetUnused(this.#byHousehold, now)
  }

  #bucketOf(
    owner: BandwidthOwner,
    { key, bytesPerSecond, now }: { key: string; bytesPerSecond: number; now: number },
  ): OwnedBucket | undefined {
    if (bytesPerSecond === Infinity) return undefined
    const bucket = new ByteBucket(bytesPerSecond, now, this.#findCells?.(owner, key))
    return { owner, bucket }
  }
}

function shared<Key>(
  buckets: Map<Key, OwnedBucket>,
  key: Key,
  create: () => OwnedBucket | undefined,
): OwnedBucket | undefined {
  const known = buckets.get(key)
  if (known) return known
  const created = create()
  if (created) buckets.set(key, created)
  return created
}

function forgetUnused<Key>(buckets: Map<Key, OwnedBucket>, now: number): void {
  for (const [key, { bucket }] of buckets) {
    if (bucket.users > 0 || !bucket.isFull(now)) continue
    bucket.release()
    buckets.delete(key)
  }
}
