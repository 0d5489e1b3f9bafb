declare const ipAddress: unique symbol

/**
 * An IP address as one primitive, to be compared with `===` and to be a key of a Map:
 * IPv4 is a number of 32 bits, IPv6 a bigint of 128 bits.
 */
export type IpAddress = (number | bigint) & { readonly [ipAddress]: true }

/** 4 or 6. */
export type IpFamily = 4 | 6

const MAPPED_PREFIX = 0xffffn

/** The address that `bits` stand for: a number for IPv4, a bigint for IPv6. */
export function ipFromBits(bits: number | bigint): IpAddress {
  return bits as IpAddress
}

/** Whether `ip` is of IPv4 or of IPv6. */
export function familyOf(ip: IpAddress): IpFamily {
  return typeof ip === 'number' ? 4 : 6
}

/** Reads `192.0.2.1`, `2001:db8::1`, `::ffff:192.0.2.1` or `fe80::1%eth0` (the zone is dropped). */
export function parseIp(text: string): IpAddress | undefined {
  const bits = text.includes(':') ? parseIpv6(text) : parseIpv4(text)
  return bits === undefined ? undefined : ipFromBits(bits)
}

/** The text of an address; IPv6 as in RFC 5952. */
export function formatIp(ip: IpAddress): string {
  return typeof ip === 'number' ? formatIpv4(ip) : formatIpv6(ip)
}

/** An IPv4 address that is written as IPv6 (`::ffff:192.0.2.1`) as IPv4; any other as it is. */
export function unmapIp(ip: IpAddress): IpAddress {
  if (typeof ip === 'number' || ip >> 32n !== MAPPED_PREFIX) return ip
  return ipFromBits(Number(ip & 0xffff_ffffn))
}

/** Reads digits by hand: this runs for every datagram that arrives as text. */
function parseIpv4(text: string): number | undefined {
  let bits = 0
  let octet = -1
  let dots = 0
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code === 46) {
      if (octet < 0) return undefined
      bits = bits * 256 + octet
      octet = -1
      dots += 1
    } else if (code >= 48 && code <= 57) {
      if (octet === 0) return undefined
      octet = Math.max(octet, 0) * 10 + code - 48
      if (octet > 255) return undefined
    } else return undefined
  }
  return dots === 3 && octet >= 0 ? bits * 256 + octet : undefined
}

function parseIpv6(text: string): bigint | undefined {
  const halves = (text.split('%', 1)[0] ?? '').split('::')
  if (halves.length > 2) return undefined
  const head = parseGroups(halves[0] ?? '', halves.length === 1)
  const tail = parseGroups(halves[1] ?? '', true)
  if (!head || !tail) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  let bits = 0n
  for (const group of [...head, ...Array<number>(missing).fill(0), ...tail]) {
    bits = (bits << 16n) | BigInt(group)
  }
  return bits
}

/** Groups of 16 bits; the last one may be an IPv4 address where the whole text ends. */
function parseGroups(text: string, isEnd: boolean): number[] | undefined {
  if (text === '') return []
  const parts = text.split(':')
  const groups: number[] = []
  for (const [index, part] of parts.entries()) {
    if (isEnd && part.includes('.') && index === parts.length - 1) {
      const ipv4 = parseIpv4(part)
      if (ipv4 === undefined) return undefined
      groups.push(Math.floor(ipv4 / 65_536), ipv4 % 65_536)
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16))
    else return undefined
  }
  return groups
}

function formatIpv4(bits: number): string {
  return `${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`
}

function formatIpv6(bits: bigint): string {
  if (bits >> 32n === MAPPED_PREFIX) return `::ffff:${formatIpv4(Number(bits & 0xffff_ffffn))}`
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((bits >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  )
  const [start, length] = longestZeros(groups)
  if (length < 2) return groups.join(':')
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`
}

function longestZeros(groups: string[]): [start: number, length: number] {
  let best: [number, number] = [0, 0]
  let run = 0
  for (const [index, group] of groups.entries()) {
    run = group === '0' ? run + 1 : 0
    if (run > best[1]) best = [index - run + 1, run]
  }
  return best
}
