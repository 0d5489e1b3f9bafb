import type { Packet } from '@duet/datagrams'
import {
  ATTRIBUTE,
  encodeXorAddress,
  familyOf,
  HEADER_BYTES,
  ipFromBits,
  ipOf,
  joinAddress,
  MAGIC_COOKIE,
  type TransportAddress,
} from '@duet/stun'

/** The types of Send and Data indications: methods 6 and 7 (RFC 8656 §17). */
const [SEND_INDICATION, DATA_INDICATION] = [0x0016, 0x0017]
const ATTRIBUTE_HEADER_BYTES = 4
const [IPV4, IPV4_VALUE_BYTES, IPV6_VALUE_BYTES] = [1, 8, 20]
const TRANSACTION_ID_BYTES = 12
/** What fits into a STUN message beside an IPv6 peer address. */
export const MAX_INDICATION_PAYLOAD_BYTES = 65_500

/**
 * Takes the header off a Send indication that holds an IPv4 peer and data, and nothing else, as those
 * of clients do: no view of its parts is made. Returns the peer; undefined, and the packet as it was,
 * for whatever else it is.
 */
export function takeSendHeader(packet: Packet): TransportAddress | undefined {
  const { bytes, start, end } = packet
  if (end - start < HEADER_BYTES || uint16(bytes, start) !== SEND_INDICATION) return undefined
  if (uint16(bytes, start + 2) !== end - start - HEADER_BYTES || (end - start) % 4 !== 0) {
    return undefined
  }
  if (uint32(bytes, start + 4) !== MAGIC_COOKIE) return undefined
  let peer: TransportAddress | undefined
  let data = -1
  let dataEnd = -1
  for (let at = start + HEADER_BYTES; at < end;) {
    const type = uint16(bytes, at)
    const length = uint16(bytes, at + 2)
    const value = at + ATTRIBUTE_HEADER_BYTES
    if (value + length > end) return undefined
    if (type === ATTRIBUTE.xorPeerAddress && peer === undefined) {
      if (length !== IPV4_VALUE_BYTES || bytes[value + 1] !== IPV4) return undefined
      const port = uint16(bytes, value + 2) ^ (MAGIC_COOKIE >>> 16)
      peer = joinAddress(ipFromBits((uint32(bytes, value + 4) ^ MAGIC_COOKIE) >>> 0), port)
    } else if (type === ATTRIBUTE.data && data < 0) {
      data = value
      dataEnd = value + length
    } else return undefined
    at = value + length + (-length & 3)
  }
  if (peer === undefined || data < 0) return undefined
  packet.start = data
  packet.end = dataEnd
  return peer
}

/** Makes a packet of at most `MAX_INDICATION_PAYLOAD_BYTES` a Data indication (RFC 8656 §11.3). */
export function putDataHeader(packet: Packet, from: TransportAddress): void {
  const { length } = packet
  const isIpv4 = familyOf(ipOf(from)) === 4
  const addressBytes = isIpv4 ? IPV4_VALUE_BYTES : IPV6_VALUE_BYTES
  packet.pad(-length & 3)
  packet.prepend(HEADER_BYTES + ATTRIBUTE_HEADER_BYTES + addressBytes + ATTRIBUTE_HEADER_BYTES)
  const { bytes, start } = packet
  putUint16(bytes, start, DATA_INDICATION)
  putUint16(bytes, start + 2, packet.length - HEADER_BYTES)
  putUint32(bytes, start + 4, MAGIC_COOKIE)
  const id = nextTransactionId()
  for (let at = 0; at < TRANSACTION_ID_BYTES; at += 1) bytes[start + 8 + at] = randomBytes[id + at]!
  const address = start + HEADER_BYTES
  putUint16(bytes, address, ATTRIBUTE.xorPeerAddress)
  putUint16(bytes, address + 2, addressBytes)
  putXorAddress(bytes, address + ATTRIBUTE_HEADER_BYTES, from)
  const data = address + ATTRIBUTE_HEADER_BYTES + addressBytes
  putUint16(bytes, data, ATTRIBUTE.data)
  putUint16(bytes, data + 2, length)
}

/** `at` in the message whose transaction id was written already. */
function putXorAddress(bytes: Uint8Array, at: number, address: TransportAddress): void {
  if (typeof address === 'number') {
    bytes[at] = 0
    bytes[at + 1] = IPV4
    putUint16(bytes, at + 2, (address % 65_536) ^ (MAGIC_COOKIE >>> 16))
    putUint32(bytes, at + 4, Math.floor(address / 65_536) ^ MAGIC_COOKIE)
    return
  }
  const id = at - ATTRIBUTE_HEADER_BYTES - TRANSACTION_ID_BYTES
  bytes.set(encodeXorAddress(address, bytes.subarray(id, id + TRANSACTION_ID_BYTES)), at)
}

/** Random bytes for so many transaction ids at a time: asking for each would take longer than sending. */
const randomBytes = new Uint8Array(TRANSACTION_ID_BYTES * 256)
let usedRandomBytes = randomBytes.length

/** Where the next transaction id begins. */
function nextTransactionId(): number {
  if (usedRandomBytes === randomBytes.length) {
    crypto.getRandomValues(randomBytes)
    usedRandomBytes = 0
  }
  usedRandomBytes += TRANSACTION_ID_BYTES
  return usedRandomBytes - TRANSACTION_ID_BYTES
}

function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!
}

function uint32(bytes: Uint8Array, at: number): number {
  return ((uint16(bytes, at) << 16) | uint16(bytes, at + 2)) >>> 0
}

function putUint16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8
  bytes[at + 1] = value
}

function putUint32(bytes: Uint8Array, at: number, value: number): void {
  putUint16(bytes, at, value >>> 16)
  putUint16(bytes, at + 2, value)
}
