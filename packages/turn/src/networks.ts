import { interfaceAddresses } from '@duet/datagrams'
import { familyOf, ipFromBits, type IpAddress } from '@duet/stun'

/** What belongs to one household for counting: an IPv4 address, or an IPv6 /64. */
export function householdOf(ip: IpAddress): IpAddress {
  return typeof ip === 'number' ? ip : ipFromBits((ip >> 64n) << 64n)
}

/** Where relays are bound when nothing is said: the first address of each family, or loopback. */
export function defaultRelayAddresses(): IpAddress[] {
  const own = interfaceAddresses().filter((ip) => !isLoopback(ip))
  const first = ([4, 6] as const).map((family) => own.find((ip) => familyOf(ip) === family))
  const found = first.filter((ip) => ip !== undefined)
  return found.length > 0 ? found : [ipFromBits(0x7f00_0001)]
}

function isLoopback(ip: IpAddress): boolean {
  return typeof ip === 'number' ? ip >>> 24 === 127 : ip === 1n
}
