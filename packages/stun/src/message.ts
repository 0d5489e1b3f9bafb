import { crc32 } from 'node:zlib'
import { ATTRIBUTE, FIRST_OPTIONAL_ATTRIBUTE } from './registry.ts'

export const MAGIC_COOKIE = 0x2112_a442
/** Bytes of type, length, cookie and transaction id. */
export const HEADER_BYTES = 20
/** The CRC of FINGERPRINT is combined with this (RFC 8489 §14.7): "STUN" in ASCII. */
const FINGERPRINT_XOR = 0x5354_554e

/** In the order of the two class bits (RFC 8489 §5). */
const CLASSES = ['request', 'indication', 'success', 'error'] as const
export type StunClass = (typeof CLASSES)[number]

export interface StunAttribute {
  type: number
  /** Without padding. Of a decoded message, a view on its bytes. */
  value: Uint8Array
}

/** What a message says, apart from integrity and fingerprint. */
export interface StunMessage {
  class: StunClass
  method: number
  /** 12 bytes. */
  transactionId: Uint8Array
  attributes: readonly StunAttribute[]
}

/** A message as it was received. */
export interface ReceivedMessage extends StunMessage {
  bytes: Uint8Array
  /** Where the attributes MESSAGE-INTEGRITY and MESSAGE-INTEGRITY-SHA256 begin, if any. */
  integrityOffset: number | undefined
  integritySha256Offset: number | undefined
  hasFingerprint: boolean
}

/** The 14 bits of a message's type (RFC 8489 §5). */
export function messageType(method: number, messageClass: StunClass): number {
  const bits = CLASSES.indexOf(messageClass)
  return (
    ((method & 0xf80) << 2) |
    ((bits & 2) << 7) |
    ((method & 0x070) << 1) |
    ((bits & 1) << 4) |
    (method & 0x00f)
  )
}

/**
 * Reads one whole message; undefined when it is malformed or its FINGERPRINT is wrong.
 * What follows MESSAGE-INTEGRITY is left out but for MESSAGE-INTEGRITY-SHA256 and
 * FINGERPRINT (RFC 8489 §14.5), so that nobody on the path can add to a signed message.
 */
export function decodeMessage(bytes: Uint8Array): ReceivedMessage | undefined {
  if (bytes.length < HEADER_BYTES || bytes.length % 4 !== 0) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const type = view.getUint16(0)
  if (type >= 0x4000 || view.getUint16(2) !== bytes.length - HEADER_BYTES) return undefined
  if (view.getUint32(4) !== MAGIC_COOKIE) return undefined
  const attributes: StunAttribute[] = []
  let integrityOffset: number | undefined
  let integritySha256Offset: number | undefined
  let hasFingerprint = false
  for (let offset = HEADER_BYTES; offset < bytes.length;) {
    const attributeType = view.getUint16(offset)
    const length = view.getUint16(offset + 2)
    const start = offset + 4
    const end = start + length
    if (end > bytes.length || hasFingerprint) return undefined
    const isSealed = integrityOffset !== undefined || integritySha256Offset !== undefined
    if (attributeType === ATTRIBUTE.fingerprint) {
      if (length !== 4 || view.getUint32(start) !== fingerprintOf(bytes, offset)) return undefined
      hasFingerprint = true
    } else if (attributeType === ATTRIBUTE.messageIntegritySha256) {
      integritySha256Offset ??= offset
    } else if (attributeType === ATTRIBUTE.messageIntegrity && !isSealed) {
      integrityOffset = offset
    } else if (!isSealed) {
      attributes.push({ type: attributeType, value: bytes.subarray(start, end) })
    }
    offset = end + (-length & 3)
  }
  return {
    class: CLASSES[((type >> 7) & 2) | ((type >> 4) & 1)] ?? 'request',
    method: ((type >> 2) & 0xf80) | ((type >> 1) & 0x070) | (type & 0x00f),
    transactionId: bytes.subarray(8, HEADER_BYTES),
    attributes,
    bytes,
    integrityOffset,
    integritySha256Offset,
    hasFingerprint,
  }
}

/** The value of FINGERPRINT at `offset`: a CRC of everything before it (RFC 8489 §14.7). */
export function fingerprintOf(bytes: Uint8Array, offset: number): number {
  return (crc32(bytes.subarray(0, offset)) ^ FINGERPRINT_XOR) >>> 0
}

/** The value of the first attribute of `type`; further ones are ignored (RFC 8489 §14). */
export function attributeOf(message: StunMessage, type: number): Uint8Array | undefined {
  for (const attribute of message.attributes) if (attribute.type === type) return attribute.value
  return undefined
}

/** The values of all attributes of `type`, for those that may be repeated. */
export function attributesOf(message: StunMessage, type: number): Uint8Array[] {
  return message.attributes
    .filter((attribute) => attribute.type === type)
    .map((attribute) => attribute.value)
}

/** The attributes that must be understood and are not in `known`, each once (RFC 8489 §6.3.1). */
export function unknownAttributesOf(message: StunMessage, known: ReadonlySet<number>): number[] {
  const unknown = new Set<number>()
  for (const { type } of message.attributes) {
    if (type < FIRST_OPTIONAL_ATTRIBUTE && !known.has(type)) unknown.add(type)
  }
  return [...unknown]
}
