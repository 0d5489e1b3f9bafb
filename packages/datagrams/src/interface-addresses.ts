import { networkInterfaces } from 'node:os'
import { familyOf, parseIp, type IpAddress } from '@duet/stun'

const LINK_LOCAL_PREFIX = 0xfe80n

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

/**
 * The addresses to bind for `ip`: itself, or, for a wildcard, every address it stands for. What is
 * sent from a socket on a wildcard may leave with another address than the one that was asked.
 */
export function bindAddresses(ip: IpAddress): IpAddress[] {
  if (BigInt(ip) !== 0n) return [ip]
  // `::` takes IPv4 too, as it does for TCP.
  return interfaceAddresses().filter((local) => familyOf(ip) === 6 || familyOf(local) === 4)
}

function isLinkLocal(ip: IpAddress): boolean {
  return typeof ip === 'bigint' && ip >> 118n === LINK_LOCAL_PREFIX >> 6n
}
