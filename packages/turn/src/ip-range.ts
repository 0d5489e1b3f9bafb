import { familyOf, ipFromBits, parseIp, type IpAddress } from '@duet/stun'

/** All addresses from `first` to `last`, both of one family. */
export interface IpRange {
  first: IpAddress
  last: IpAddress
}

/**
 * Reads `10.0.0.0/8`, `fc00::/7` or a single address. Throws `TypeError` for what is none;
 * bits after the prefix are ignored.
 */
export function parseCidr(text: string): IpRange {
  const [host = '', prefixText, ...rest] = text.split('/')
  const ip = parseIp(host)
  const width = host.includes(':') ? 128 : 32
  const prefix = prefixText === undefined ? width : Number(prefixText)
  const isPrefix = prefixText === undefined || /^\d{1,3}$/.test(prefixText)
  if (ip === undefined || rest.length > 0 || !isPrefix || prefix > width) {
    throw new TypeError(`"${text}" is not an address or a range such as 10.0.0.0/8`)
  }
  const size = 1n << BigInt(width - prefix)
  const first = (BigInt(ip) / size) * size
  const last = first + size - 1n
  return width === 32
    ? { first: ipFromBits(Number(first)), last: ipFromBits(Number(last)) }
    : { first: ipFromBits(first), last: ipFromBits(last) }
}

/** Whether `ip` lies in `range`. */
export function isInRange(ip: IpAddress, range: IpRange): boolean {
  return familyOf(ip) === familyOf(range.first) && ip >= range.first && ip <= range.last
}
