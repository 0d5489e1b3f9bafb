import { isIPv6 } from 'node:net'

/** A customer gets a whole /64 at the least (RFC 6177 §2), and may use any address of it. */
const PREFIX_GROUPS = 4

/**
 * Whose limits an address falls under: an IPv4 address stands for itself, an IPv6 address for
 * its /64.
 */
export function addressGroup(address: string): string {
  const bare = address.replace(/%.*$/, '')
  if (!isIPv6(bare) || bare.includes('.')) return address
  const [head = '', tail] = bare.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after]
  const prefix = groups.slice(0, PREFIX_GROUPS).map((group) => parseInt(group, 16).toString(16))
  return `${prefix.join(':')}::/64`
}
