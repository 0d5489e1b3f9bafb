import { formatIp, ipFromBits, type IpAddress } from './ip-address.ts'

declare const transportAddress: unique symbol

/**
 * An IP address and a port as one primitive, to be compared with `===` and to be a key of
 * a Map: the bits of the address followed by 16 bits of port.
 */
export type TransportAddress = (number | bigint) & { readonly [transportAddress]: true }

/** Joins an address and a port from 0 to 65535. */
export function joinAddress(ip: IpAddress, port: number): TransportAddress {
  const bits = typeof ip === 'number' ? ip * 65_536 + port : (ip << 16n) | BigInt(port)
  return bits as TransportAddress
}

/** The IP address of a transport address. */
export function ipOf(address: TransportAddress): IpAddress {
  return ipFromBits(
    typeof address === 'number' ? Math.floor(address / 65_536) : (address as bigint) >> 16n,
  )
}

/** The port of a transport address. */
export function portOf(address: TransportAddress): number {
  return typeof address === 'number' ? address % 65_536 : Number((address as bigint) & 0xffffn)
}

/** `192.0.2.1:3478` or `[2001:db8::1]:3478`. */
export function formatAddress(address: TransportAddress): string {
  const ip = ipOf(address)
  const host = formatIp(ip)
  return `${typeof ip === 'number' ? host : `[${host}]`}:${portOf(address)}`
}
