import { integrityOf, type Integrity } from './integrity.ts'
import {
  fingerprintOf,
  HEADER_BYTES,
  MAGIC_COOKIE,
  messageType,
  type StunMessage,
} from './message.ts'
import { ATTRIBUTE } from './registry.ts'

export interface SealOptions {
  /** Adds MESSAGE-INTEGRITY or MESSAGE-INTEGRITY-SHA256. */
  integrity?: Integrity | undefined
  /** Adds FINGERPRINT. */
  fingerprint?: boolean
}

/** The bytes of a message; throws `TypeError` when it is too long for its length field. */
export function encodeMessage(message: StunMessage, seal: SealOptions = {}): Uint8Array {
  let length = 0
  for (const { value } of message.attributes) length += 4 + padded(value.length)
  const integrityBytes = seal.integrity ? (seal.integrity.algorithm === 'sha-1' ? 24 : 36) : 0
  const total = HEADER_BYTES + length + integrityBytes + (seal.fingerprint ? 8 : 0)
  if (total - HEADER_BYTES > 0xfffc) throw new TypeError('the STUN message is too long')

  const bytes = new Uint8Array(total)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, messageType(message.method, message.class))
  view.setUint16(2, total - HEADER_BYTES)
  view.setUint32(4, MAGIC_COOKIE)
  bytes.set(message.transactionId, 8)
  let offset = HEADER_BYTES
  for (const { type, value } of message.attributes) {
    view.setUint16(offset, type)
    view.setUint16(offset + 2, value.length)
    bytes.set(value, offset + 4)
    offset += 4 + padded(value.length)
  }
  if (seal.integrity) {
    const isSha1 = seal.integrity.algorithm === 'sha-1'
    const type = isSha1 ? ATTRIBUTE.messageIntegrity : ATTRIBUTE.messageIntegritySha256
    view.setUint16(offset, type)
    view.setUint16(offset + 2, integrityBytes - 4)
    bytes.set(integrityOf(bytes, offset, seal.integrity), offset + 4)
    offset += integrityBytes
  }
  if (seal.fingerprint) {
    view.setUint16(offset, ATTRIBUTE.fingerprint)
    view.setUint16(offset + 2, 4)
    view.setUint32(offset + 4, fingerprintOf(bytes, offset))
  }
  return bytes
}

function padded(length: number): number {
  return length + (-length & 3)
}
