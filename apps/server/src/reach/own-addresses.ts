import { isIPv4 } from 'node:net'
import { isLoopbackAddress } from '../config/index.ts'
import type { LocalAddresses } from '../front/local-addresses.ts'
import type { OwnAddresses } from './find-public-addresses.ts'

/**
 * The address of each family that a server on `ips` uses towards others: relays are bound to
 * it, and STUN servers are asked from it. A public one before others, loopback last.
 */
export function ownAddresses(
  ips: readonly string[],
  { global, lan }: LocalAddresses,
): OwnAddresses {
  const named = ips.filter((ip) => ip !== '::' && ip !== '0.0.0.0')
  const own = named.length > 0 ? named : [...global, ...lan]
  const best = (isFour: boolean): string | undefined => {
    const ofFamily = own.filter((ip) => isIPv4(ip) === isFour)
    return ofFamily.find((ip) => !isLoopbackAddress(ip)) ?? ofFamily[0]
  }
  const [four, six] = [best(true), best(false)]
  return { ...(four === undefined ? {} : { 4: four }), ...(six === undefined ? {} : { 6: six }) }
}
