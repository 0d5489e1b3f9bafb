import { familyOf, ipFromBits, type IpAddress, type IpFamily } from './ip-address.ts'
import { MAGIC_COOKIE } from './message.ts'
import { ipOf, joinAddress, portOf, type TransportAddress } from './transport-address.ts'

const FAMILY_CODE = { 4: 1, 6: 2 } as const
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

/** Text as UTF-8. */
export function encodeText(text: string): Uint8Array {
  return encoder.encode(text)
}

/** UTF-8 as text; undefined when it is not valid. */
export function decodeText(value: Uint8Array): string | undefined {
  try {
    return decoder.decode(value)
  } catch {
    return undefined
  }
}

/** A number of 32 bits, as in LIFETIME. */
export function encodeUint32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)
}

/** A number of 32 bits; undefined when the attribute has another size. */
export function decodeUint32(value: Uint8Array): number | undefined {
  return value.length === 4 ? new DataView(value.buffer, value.byteOffset).getUint32(0) : undefined
}

/** XOR-MAPPED-, XOR-RELAYED- and XOR-PEER-ADDRESS (RFC 8489 §14.2). */
export function encodeXorAddress(address: TransportAddress, transactionId: Uint8Array): Uint8Array {
  const ip = ipOf(address)
  const family = familyOf(ip)
  const value = new Uint8Array(family === 4 ? 8 : 20)
  const view = new DataView(value.buffer)
  value[1] = FAMILY_CODE[family]
  view.setUint16(2, portOf(address) ^ (MAGIC_COOKIE >>> 16))
  if (typeof ip === 'number') view.setUint32(4, (ip ^ MAGIC_COOKIE) >>> 0)
  else {
    const bits = ip ^ xorMask(transactionId)
    view.setBigUint64(4, bits >> 64n)
    view.setBigUint64(12, bits & 0xffff_ffff_ffff_ffffn)
  }
  return value
}

/** The address in an XOR-…-ADDRESS; undefined when family and length do not fit together. */
export function decodeXorAddress(
  value: Uint8Array,
  transactionId: Uint8Array,
): TransportAddress | undefined {
  if (value.length < 8) return undefined
  const view = new DataView(value.buffer, value.byteOffset, value.length)
  const port = view.getUint16(2) ^ (MAGIC_COOKIE >>> 16)
  const ip = decodeXorIp(view, transactionId)
  return ip === undefined ? undefined : joinAddress(ip, port)
}

function decodeXorIp(view: DataView, transactionId: Uint8Array): IpAddress | undefined {
  const family = familyFromCode(view.getUint8(1))
  if (family === 4 && view.byteLength === 8) {
    return ipFromBits((view.getUint32(4) ^ MAGIC_COOKIE) >>> 0)
  }
  if (family === 6 && view.byteLength === 20) {
    const bits = (view.getBigUint64(4) << 64n) | view.getBigUint64(12)
    return ipFromBits(bits ^ xorMask(transactionId))
  }
  return undefined
}

/** IPv6 addresses are combined with the cookie and the transaction id. */
function xorMask(transactionId: Uint8Array): bigint {
  const view = new DataView(transactionId.buffer, transactionId.byteOffset, 12)
  return (BigInt(MAGIC_COOKIE) << 96n) | (BigInt(view.getUint32(0)) << 64n) | view.getBigUint64(4)
}

/** ERROR-CODE (RFC 8489 §14.8); an empty reason keeps answers to strangers short. */
export function encodeErrorCode(code: number, reason = ''): Uint8Array {
  const text = encodeText(reason)
  const value = new Uint8Array(4 + text.length)
  value[2] = Math.floor(code / 100)
  value[3] = code % 100
  value.set(text, 4)
  return value
}

/** The number in ERROR-CODE; undefined when it is not one. */
export function decodeErrorCode(value: Uint8Array): number | undefined {
  const [, , hundreds = 0, rest = 0] = value
  const isCode = value.length >= 4 && (hundreds & 7) >= 3 && (hundreds & 7) <= 6 && rest < 100
  return isCode ? (hundreds & 7) * 100 + rest : undefined
}

/** UNKNOWN-ATTRIBUTES (RFC 8489 §14.9). */
export function encodeAttributeTypes(types: readonly number[]): Uint8Array {
  const value = new Uint8Array(2 * types.length)
  const view = new DataView(value.buffer)
  for (const [index, type] of types.entries()) view.setUint16(2 * index, type)
  return value
}

/** REQUESTED- and ADDITIONAL-ADDRESS-FAMILY (RFC 8656 §18.6). */
export function encodeFamily(family: IpFamily): Uint8Array {
  return Uint8Array.of(FAMILY_CODE[family], 0, 0, 0)
}

/** The family; `unknown` for a value without a meaning, undefined when it is malformed. */
export function decodeFamily(value: Uint8Array): IpFamily | 'unknown' | undefined {
  return value.length === 4 ? (familyFromCode(value[0]) ?? 'unknown') : undefined
}

/** ADDRESS-ERROR-CODE (RFC 8656 §18.12). */
export function encodeAddressErrorCode(family: IpFamily, code: number): Uint8Array {
  return Uint8Array.of(FAMILY_CODE[family], 0, Math.floor(code / 100), code % 100)
}

function familyFromCode(code: number | undefined): IpFamily | undefined {
  if (code === FAMILY_CODE[4]) return 4
  return code === FAMILY_CODE[6] ? 6 : undefined
}

/** What ICMP holds: type and code of the message, and an MTU or 0 (RFC 8656 §18.13). */
export interface IcmpValue {
  type: number
  code: number
  data: number
}

/** ICMP: an octet each for type and code, as in the message, although the drawing has 7 and 9 bits. */
export function encodeIcmp({ type, code, data }: IcmpValue): Uint8Array {
  const value = new Uint8Array(8)
  value[2] = type
  value[3] = code
  value.set(encodeUint32(data), 4)
  return value
}

/** What is in ICMP; undefined when it has another size. */
export function decodeIcmp(value: Uint8Array): IcmpValue | undefined {
  const data = value.length === 8 ? decodeUint32(value.subarray(4)) : undefined
  return data === undefined ? undefined : { type: value[2]!, code: value[3]!, data }
}
