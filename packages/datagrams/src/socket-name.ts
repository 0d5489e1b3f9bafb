import { ipFromBits, ipOf, joinAddress, portOf, type TransportAddress } from '@duet/stun'

/** Bytes of a `struct sockaddr_in` and a `struct sockaddr_in6` (ip(7), ipv6(7)). */
const IPV4_NAME_BYTES = 16
export const NAME_BYTES = 28
export const [AF_INET, AF_INET6] = [2, 10]

/** A transport address as the system wants it, in words of 32 bits. */
export function socketName(address: TransportAddress): Uint32Array {
  const ip = ipOf(address)
  const isIpv4 = typeof ip === 'number'
  const name = new Uint32Array((isIpv4 ? IPV4_NAME_BYTES : NAME_BYTES) / 4)
  const view = new DataView(name.buffer)
  view.setUint16(0, isIpv4 ? AF_INET : AF_INET6, true)
  view.setUint16(2, portOf(address))
  if (isIpv4) view.setUint32(4, ip)
  else {
    view.setBigUint64(8, ip >> 64n)
    view.setBigUint64(16, ip & 0xffff_ffff_ffff_ffffn)
  }
  return name
}

/** The transport address in what the system wrote at `at`. */
export function readSocketName(names: DataView, at: number): TransportAddress {
  const port = names.getUint16(at + 2)
  if (names.getUint8(at) !== AF_INET6) return joinAddress(ipFromBits(names.getUint32(at + 4)), port)
  const bits = (names.getBigUint64(at + 8) << 64n) | names.getBigUint64(at + 16)
  return joinAddress(ipFromBits(bits), port)
}
