import type { IpAddress } from '@duet/stun'
import { isInRange, parseCidr, type IpRange } from './ip-range.ts'
import { RangeTable } from './range-table.ts'
import { FORBIDDEN_RANGES, RESERVED_RANGES } from './special-ranges.ts'

/**
 * What holds for a peer's IP address. `outside`: may be reached. `relayed`: an address that
 * our relays are on, of which only relayed addresses and the open ports may be reached.
 * `relayed-allowed`: the same, but the operator allows all of it. `denied`: may not be reached.
 */
export type PeerVerdict = 'outside' | 'relayed' | 'relayed-allowed' | 'denied'

export interface PeerPolicyOptions {
  /** Ranges (CIDR) that may be reached although they are private or reserved. */
  allow?: readonly string[]
  /** The addresses that relays are bound to and seen at. */
  relayed: readonly IpAddress[]
  /** All addresses of this machine: what else runs here is nobody's peer. */
  own: readonly IpAddress[]
}

/**
 * Judges peers by their IP address: everything that is not a public host is denied, in every
 * disguise, unless it is allowed. Immutable, so that it may be asked for each packet.
 */
export class PeerPolicy {
  readonly #table: RangeTable<PeerVerdict>

  /** Throws `TypeError` when `allow` holds something that is not a range. */
  constructor(options: PeerPolicyOptions) {
    const allowed = (options.allow ?? []).map(parseCidr)
    const relayed = options.relayed.map(rangeOf)
    const denied = [...RESERVED_RANGES, ...options.own.map(rangeOf)]
    this.#table = new RangeTable([...FORBIDDEN_RANGES, ...denied, ...allowed, ...relayed], (ip) => {
      const isAllowed = isInAny(ip, allowed)
      if (isInAny(ip, relayed)) return isAllowed ? 'relayed-allowed' : 'relayed'
      if (isInAny(ip, FORBIDDEN_RANGES)) return 'denied'
      return isAllowed || !isInAny(ip, denied) ? 'outside' : 'denied'
    })
  }

  verdictOf(ip: IpAddress): PeerVerdict {
    return this.#table.lookup(ip)
  }
}

function rangeOf(ip: IpAddress): IpRange {
  return { first: ip, last: ip }
}

function isInAny(ip: IpAddress, ranges: readonly IpRange[]): boolean {
  return ranges.some((range) => isInRange(ip, range))
}
