import { familyOf, ipFromBits, type IpAddress } from '@duet/stun'
import type { IpRange } from './ip-range.ts'

const FIRST_IPV4 = ipFromBits(0)
const FIRST_IPV6 = ipFromBits(0n)

/**
 * Looks up what holds for an address by bisection. `judge` is asked once for each stretch
 * between two borders of `ranges`, so it may be slow, but must not differ within one.
 */
export class RangeTable<Verdict> {
  readonly #ipv4: Stretches<Verdict>
  readonly #ipv6: Stretches<Verdict>

  constructor(ranges: readonly IpRange[], judge: (ip: IpAddress) => Verdict) {
    this.#ipv4 = new Stretches(bordersOf(ranges, FIRST_IPV4), judge)
    this.#ipv6 = new Stretches(bordersOf(ranges, FIRST_IPV6), judge)
  }

  lookup(ip: IpAddress): Verdict {
    return typeof ip === 'number' ? this.#ipv4.lookup(ip) : this.#ipv6.lookup(ip)
  }
}

class Stretches<Verdict> {
  readonly #starts: readonly IpAddress[]
  readonly #verdicts: readonly Verdict[]
  /** Where the address before was found: the next one mostly is there, too. */
  #last = 0

  constructor(starts: readonly IpAddress[], judge: (ip: IpAddress) => Verdict) {
    this.#starts = starts
    this.#verdicts = starts.map(judge)
  }

  lookup(ip: IpAddress): Verdict {
    const starts = this.#starts
    const next = starts[this.#last + 1]
    if ((starts[this.#last] as IpAddress) <= ip && (next === undefined || ip < next)) {
      return this.#verdicts[this.#last] as Verdict
    }
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] as IpAddress) <= ip) low = middle
      else high = middle - 1
    }
    this.#last = low
    return this.#verdicts[low] as Verdict
  }
}

/** Where one of the ranges begins, or ends with the address before, in order. */
function bordersOf(ranges: readonly IpRange[], zero: IpAddress): IpAddress[] {
  const family = familyOf(zero)
  const borders = new Set<IpAddress>([zero])
  for (const { first, last } of ranges) {
    if (familyOf(first) !== family) continue
    borders.add(first)
    borders.add(ipFromBits(typeof last === 'number' ? last + 1 : (last as bigint) + 1n))
  }
  return [...borders].sort((a, b) => (a < b ? -1 : Number(a > b)))
}
