import type { Clock } from '@duet/base'
import type { IpAddress } from '@duet/stun'
import { householdOf } from './networks.ts'

const BUCKETS = 65_536
const WINDOW_MS = 1000
/** Behind the counters: the window that they are of, and what their places are mixed with. */
const [WINDOW, SEED] = [BUCKETS, BUCKETS + 1]

/** Counters for one limiter, or for those of several threads, which then bound all together. */
export function createAnswerCounts(): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(4 * (BUCKETS + 2))
  new Uint32Array(memory)[SEED] = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0
  return memory
}

/**
 * Bounds how often an address is answered per second before it has authenticated itself, so
 * that forged sources cannot turn the server against others. Addresses share a fixed number
 * of counters: no flood can make it grow.
 */
export class AnswerLimiter {
  readonly #counts: Uint32Array
  readonly #seed: number
  readonly #perSecond: number
  readonly #clock: Clock

  constructor(perSecond: number, clock: Clock, memory = createAnswerCounts()) {
    this.#counts = new Uint32Array(memory)
    this.#seed = this.#counts[SEED] ?? 0
    this.#perSecond = perSecond
    this.#clock = clock
  }

  /** Counts an answer to `ip` and says whether it may be given. */
  take(ip: IpAddress): boolean {
    const window = Math.floor(this.#clock.now() / WINDOW_MS) >>> 0
    const before = Atomics.load(this.#counts, WINDOW)
    // One thread begins anew, also when the clock was set back; what others count meanwhile may be lost.
    const isNew = window > before || window < before - 1
    if (isNew && Atomics.compareExchange(this.#counts, WINDOW, before, window) === before) {
      this.#counts.fill(0, 0, BUCKETS)
    }
    const count = Atomics.add(this.#counts, this.#bucketOf(householdOf(ip)), 1) + 1
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
