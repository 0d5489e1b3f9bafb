import { isIP, isIPv4 } from 'node:net'

/** A network in CIDR notation; a single address is one with the longest prefix. */
export interface Network {
  address: string
  /** Leading bits that count, 0-32 or 0-128. */
  prefix: number
  family: 'ipv4' | 'ipv6'
}

/** Reads `10.0.0.0/8`, `fd00::/8` or a single address; undefined when it is none of these. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', prefixText, ...rest] = text.split('/')
  if (isIP(address) === 0 || rest.length > 0) return undefined
  const family = isIPv4(address) ? 'ipv4' : 'ipv6'
  const longest = family === 'ipv4' ? 32 : 128
  if (prefixText === undefined) return { address, prefix: longest, family }
  if (!/^\d{1,3}$/.test(prefixText) || Number(prefixText) > longest) return undefined
  return { address, prefix: Number(prefixText), family }
}

/** The network in CIDR notation. */
export function formatNetwork({ address, prefix }: Network): string {
  return `${address}/${prefix}`
}

/** An IPv4 address that came in IPv6 clothes (`::ffff:10.0.0.1`) as itself. */
export function plainAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  return mapped?.[1] ?? address
}

/** Whether this address leads back to the machine itself. */
export function isLoopbackAddress(address: string): boolean {
  const plain = plainAddress(address)
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'))
}
