import { familyOf, ipFromBits } from './ip-address.ts'
import { ipOf, joinAddress, portOf, type TransportAddress } from './transport-address.ts'

const FAMILY_CODE = { 4: 1, 6: 2 } as const

/** MAPPED-ADDRESS (RFC 8489 §14.1), RESPONSE-ORIGIN and OTHER-ADDRESS (RFC 5780 §7). */
export function encodeAddress(address: TransportAddress): Uint8Array {
  const ip = ipOf(address)
  const family = familyOf(ip)
  const value = new Uint8Array(family === 4 ? 8 : 20)
  const view = new DataView(value.buffer)
  value[1] = FAMILY_CODE[family]
  view.setUint16(2, portOf(address))
  if (typeof ip === 'number') view.setUint32(4, ip)
  else {
    view.setBigUint64(4, ip >> 64n)
    view.setBigUint64(12, ip & 0xffff_ffff_ffff_ffffn)
  }
  return value
}

/** The address in these; undefined when family and length do not fit together. */
export function decodeAddress(value: Uint8Array): TransportAddress | undefined {
  if (value.length !== 8 && value.length !== 20) return undefined
  const view = new DataView(value.buffer, value.byteOffset, value.length)
  if (value[1] !== FAMILY_CODE[value.length === 8 ? 4 : 6]) return undefined
  const ip = ipFromBits(
    value.length === 8 ? view.getUint32(4) : (view.getBigUint64(4) << 64n) | view.getBigUint64(12),
  )
  return joinAddress(ip, view.getUint16(2))
}
