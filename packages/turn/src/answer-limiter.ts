import type { Clock } from '@duet/base'
import type { IpAddress } from '@duet/stun'
import { householdOf } from './networks.ts'

const BUCKETS = 65_536
const WINDOW_MS = 1000

/**
 * Bounds how often an address is answered per second before it has authenticated itself, so
 * that forged sources cannot turn the server against others. Addresses share a fixed number
 * of counters: no flood can make it grow.
 */
export class AnswerLimiter {
  readonly #counts = new Uint32Array(BUCKETS)
  readonly #seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0
  readonly #perSecond: number
  readonly #clock: Clock
  #windowStart = 0

  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond
    this.#clock = clock
  }

  /** Counts an answer to `ip` and says whether it may be given. */
  take(ip: IpAddress): boolean {
    const now = this.#clock.now()
    if (now - this.#windowStart >= WINDOW_MS || now < this.#windowStart) {
      this.#counts.fill(0)
      this.#windowStart = now
    }
    const bucket = this.#bucketOf(householdOf(ip))
    const count = (this.#counts[bucket] ?? 0) + 1
    this.#counts[bucket] = count
    return count <= this.#perSecond
  }

  /** Seeded, so that nobody can aim at the counter of another address. */
  #bucketOf(ip: IpAddress): number {
    if (typeof ip === 'number') return mix(ip ^ this.#seed)
    const high = Number((ip as bigint) >> 96n)
    const low = Number(((ip as bigint) >> 64n) & 0xffff_ffffn)
    return mix(low ^ Math.imul(high ^ this.#seed, 0x85eb_ca6b))
  }
}

/** 16 bits that depend on all 32. */
function mix(bits: number): number {
  const once = Math.imul(bits ^ (bits >>> 16), 0x7feb_352d)
  const twice = Math.imul(once ^ (once >>> 15), 0x846c_a68b)
  return (twice ^ (twice >>> 16)) & (BUCKETS - 1)
}
