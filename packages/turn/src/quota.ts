import type { IpAddress } from '@duet/stun'
import type { TurnLimits } from './limits.ts'
import { householdOf } from './networks.ts'

/** Gives back what was taken; only the first call counts. */
export type ReleaseQuota = () => void

/** Whose quota an allocation uses. */
export interface QuotaOwner {
  userId: string
  ip: IpAddress
}

/** How many allocations and reserved ports there may be, for whom. */
export interface Quota {
  /** Places that are taken. */
  readonly total: number
  /** How many users and addresses are counted: none may be left when nothing is. */
  readonly tracked: number
  /** Takes one; undefined when a limit is reached. */
  take(owner: QuotaOwner): ReleaseQuota | undefined | Promise<ReleaseQuota | undefined>
}

/** Counts allocations and reserved ports by user, by address and in total. */
export class AllocationQuota implements Quota {
  readonly #limits: TurnLimits
  readonly #byUser = new Map<string, number>()
  readonly #byHousehold = new Map<IpAddress, number>()
  #total = 0

  constructor(limits: TurnLimits) {
    this.#limits = limits
  }

  get total(): number {
    return this.#total
  }

  get tracked(): number {
    return this.#byUser.size + this.#byHousehold.size
  }

  /** Takes one; undefined when a limit is reached. */
  take({ userId, ip }: QuotaOwner): ReleaseQuota | undefined {
    const household = householdOf(ip)
    const isFull =
      this.#total >= this.#limits.allocations ||
      (this.#byUser.get(userId) ?? 0) >= this.#limits.allocationsPerUser ||
      (this.#byHousehold.get(household) ?? 0) >= this.#limits.allocationsPerAddress
    if (isFull) return undefined
    this.#total += 1
    change(this.#byUser, userId, 1)
    change(this.#byHousehold, household, 1)
    let isReleased = false
    return () => {
      if (isReleased) return
      isReleased = true
      this.#total -= 1
      change(this.#byUser, userId, -1)
      change(this.#byHousehold, household, -1)
    }
  }
}

function change<Key>(counts: Map<Key, number>, key: Key, difference: number): void {
  const count = (counts.get(key) ?? 0) + difference
  if (count === 0) counts.delete(key)
  else counts.set(key, count)
}
