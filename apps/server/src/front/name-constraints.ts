import { BlockList, isIP, isIPv4 } from 'node:net'
import type { Network } from '../config/index.ts'

/** What an authority may certify: a name with all below it, or a network. */
export type PermittedSubtree = { dns: string } | { network: Network }

/** RFC 5280 §4.2.1.6: which kind of name. */
const DNS_NAME = 0x82
const IP_ADDRESS = 0x87
const SEQUENCE = 0x30
/** `permittedSubtrees [0]`. */
const PERMITTED = 0xa0

/** id-ce-nameConstraints. */
export const NAME_CONSTRAINTS = '2.5.29.30'

/** The value of the extension (RFC 5280 §4.2.1.10), in DER. */
export function encodePermitted(subtrees: readonly PermittedSubtree[]): Uint8Array<ArrayBuffer> {
  const encoded = subtrees.map((subtree) =>
    element(
      SEQUENCE,
      'dns' in subtree
        ? element(DNS_NAME, Buffer.from(subtree.dns))
        : element(IP_ADDRESS, networkBytes(subtree.network)),
    ),
  )
  return new Uint8Array(element(SEQUENCE, element(PERMITTED, Buffer.concat(encoded))))
}

/** The subtrees in what `encodePermitted` made; what is not like that is left out. */
export function decodePermitted(value: Uint8Array): PermittedSubtree[] {
  const [outer] = elementsIn(value)
  const [permitted] = elementsIn(outer?.content)
  return elementsIn(permitted?.content).flatMap(({ content }): PermittedSubtree[] => {
    const [name] = elementsIn(content)
    if (name?.tag === DNS_NAME) return [{ dns: Buffer.from(name.content).toString('latin1') }]
    const network = name?.tag === IP_ADDRESS ? networkOf(name.content) : undefined
    return network ? [{ network }] : []
  })
}

/** Whether this name or address lies in one of them. */
export function isPermitted(name: string, subtrees: readonly PermittedSubtree[]): boolean {
  if (isIP(name) === 0) {
    const names = subtrees.flatMap((subtree) => ('dns' in subtree ? [subtree.dns] : []))
    return names.some((dns) => name === dns || name.endsWith(`.${dns}`))
  }
  const list = new BlockList()
  for (const subtree of subtrees) {
    if (!('network' in subtree)) continue
    const { address, prefix, family } = subtree.network
    list.addSubnet(address, prefix, family)
  }
  return list.check(name, isIPv4(name) ? 'ipv4' : 'ipv6')
}

/** Address and mask, one after the other. */
function networkBytes({ address, prefix, family }: Network): Uint8Array {
  const bytes = family === 'ipv4' ? address.split('.').map(Number) : ipv6Bytes(address)
  const mask = bytes.map((_, index) => {
    const bits = Math.min(8, Math.max(0, prefix - 8 * index))
    return (0xff << (8 - bits)) & 0xff
  })
  return Uint8Array.from([...bytes.map((byte, index) => byte & (mask[index] ?? 0)), ...mask])
}

function networkOf(bytes: Uint8Array): Network | undefined {
  if (bytes.length !== 8 && bytes.length !== 32) return undefined
  const half = bytes.length / 2
  const mask = [...bytes.subarray(half)].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const prefix = mask.replace(/0+$/, '').length
  const address = [...bytes.subarray(0, half)]
  if (half === 4) return { address: address.join('.'), prefix, family: 'ipv4' }
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((address[2 * index] ?? 0) << 8) | (address[2 * index + 1] ?? 0)).toString(16),
  )
  return { address: groups.join(':'), prefix, family: 'ipv6' }
}

/** Of an address that is valid. */
function ipv6Bytes(address: string): number[] {
  // The URL parser writes IPv4 at the end as two groups.
  const text = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [head = '', tail] = text.split('::')
  const [first, last] = [groupsIn(head), groupsIn(tail ?? '')]
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0')
  return [...first, ...zeros, ...last].flatMap((group) => {
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 0xff]
  })
}

function groupsIn(part: string): string[] {
  return part.split(':').filter((group) => group !== '')
}

/** X.690 §8.1; no length here needs more than two bytes. */
function element(tag: number, content: Uint8Array): Buffer {
  const { length } = content
  const lengthBytes =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...lengthBytes]), content])
}

function elementsIn(bytes: Uint8Array = new Uint8Array()): { tag: number; content: Uint8Array }[] {
  const found: { tag: number; content: Uint8Array }[] = []
  let offset = 0
  while (offset + 2 <= bytes.length) {
    const [tag = 0, first = 0, second = 0, third = 0] = bytes.subarray(offset, offset + 4)
    const [header, length] =
      first < 0x80 ? [2, first] : first === 0x81 ? [3, second] : [4, (second << 8) | third]
    const start = offset + header
    if (start + length > bytes.length) return found
    found.push({ tag, content: bytes.subarray(start, start + length) })
    offset = start + length
  }
  return found
}
