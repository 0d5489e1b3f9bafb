import { isIPv4 } from 'node:net'
import { isLoopbackAddress } from '../config/index.ts'
import type { LocalAddresses } from '../front/local-addresses.ts'
import { MAX_CANDIDATE_ADDRESSES } from './limits.ts'

/** Public addresses by what is known of them. */
export interface PublicCandidates {
  /** That somebody said, or that proved to lead here. */
  sure: readonly string[]
  /** That may lead here. */
  likely?: readonly string[]
}

/**
 * The addresses under which clients find the media server, best first: public ones for those
 * outside, its own for those in its network. `ips`: what it is bound to. Never empty.
 */
export function mediaAddresses(
  { sure, likely = [] }: PublicCandidates,
  ips: readonly string[],
  local: LocalAddresses,
): string[] {
  const own = ownOnes(ips, local)
  // Who takes only the first one is told the one that reaches the furthest for sure.
  const firsts = [...new Set(sure)].slice(0, MAX_CANDIDATE_ADDRESSES)
  const lasts = likely.filter((address) => !firsts.includes(address))
  const place = MAX_CANDIDATE_ADDRESSES - firsts.length - lasts.length
  const between = own.filter((address) => !firsts.includes(address) && !lasts.includes(address))
  const all = [...firsts, ...between.slice(0, Math.max(0, place)), ...lasts]
  return all.length > 0 ? all.slice(0, MAX_CANDIDATE_ADDRESSES) : ['127.0.0.1']
}

function ownOnes(ips: readonly string[], { global, lan }: LocalAddresses): string[] {
  const isOnIpv6 = ips.includes('::')
  const isEverywhere = isOnIpv6 || ips.includes('0.0.0.0')
  const own = isEverywhere
    ? [...global, ...lan].filter((address) => isOnIpv6 || isIPv4(address))
    : ips.toSorted(
        (one, other) => Number(isLoopbackAddress(one)) - Number(isLoopbackAddress(other)),
      )
  // As elsewhere, the version that nearly everybody reaches goes first.
  return own.toSorted((one, other) => Number(isIPv4(other)) - Number(isIPv4(one)))
}
