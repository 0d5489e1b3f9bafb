import { isIPv4 } from 'node:net'
import { isLoopbackAddress, type Config } from '../config/index.ts'
import type { LocalAddresses } from '../front/local-addresses.ts'
import { MAX_CANDIDATE_ADDRESSES } from './limits.ts'

/**
 * The addresses under which clients find the media server, best first: those of --public-ip,
 * otherwise those it listens on. `ips`: what it is bound to. Never empty.
 */
export function mediaAddresses(
  { publicIp }: Pick<Config, 'publicIp'>,
  ips: readonly string[],
  { global, lan }: LocalAddresses,
): string[] {
  if (publicIp.length > 0) return publicIp.slice(0, MAX_CANDIDATE_ADDRESSES)
  const isOnIpv6 = ips.includes('::')
  const isEverywhere = isOnIpv6 || ips.includes('0.0.0.0')
  const own = isEverywhere
    ? [...global, ...lan].filter((address) => isOnIpv6 || isIPv4(address))
    : ips.toSorted(
        (one, other) => Number(isLoopbackAddress(one)) - Number(isLoopbackAddress(other)),
      )
  // As elsewhere, the version that nearly everybody reaches goes first.
  const sorted = own.toSorted((one, other) => Number(isIPv4(other)) - Number(isIPv4(one)))
  return sorted.length > 0 ? sorted.slice(0, MAX_CANDIDATE_ADDRESSES) : ['127.0.0.1']
}
