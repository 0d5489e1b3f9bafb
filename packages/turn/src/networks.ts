import { networkInterfaces } from 'node:os'
import { familyOf, ipFromBits, parseIp, type IpAddress } from '@duet/stun'

const LINK_LOCAL_PREFIX = 0xfe80n

/** What belongs to one household for counting: an IPv4 address, or an IPv6 /64. */
export function householdOf(ip: IpAddress): IpAddress {
  return typeof ip === 'number' ? ip : ipFromBits((ip >> 64n) << 64n)
}

/** The addresses of this machine; link-local ones, which need a zone, are left out. */
export function interfaceAddresses(): IpAddress[] {
  const addresses = new Set<IpAddress>()
  for (const entries of Object.values(networkInterfaces())) {
    for (const { address } of entries ?? []) {
      const ip = parseIp(address)
      if (ip !== undefined && !isLinkLocal(ip)) addresses.add(ip)
    }
  }
  return [...addresses]
}

/** The addresses to bind for `ip`: itself, or, for a wildcard, every address it stands for. */
export function bindAddresses(ip: IpAddress): IpAddress[] {
  if (BigInt(ip) !== 0n) return [ip]
  // `::` takes IPv4 too, as it does for TCP.
  return interfaceAddresses().filter((local) => familyOf(ip) === 6 || familyOf(local) === 4)
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

function isLinkLocal(ip: IpAddress): boolean {
  return typeof ip === 'bigint' && ip >> 118n === LINK_LOCAL_PREFIX >> 6n
}
