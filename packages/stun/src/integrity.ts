import { createHmac, timingSafeEqual } from 'node:crypto'
import { HEADER_BYTES, type ReceivedMessage } from './message.ts'

/** `sha-1` is MESSAGE-INTEGRITY, `sha-256` is MESSAGE-INTEGRITY-SHA256. */
export type IntegrityAlgorithm = 'sha-1' | 'sha-256'

export interface Integrity {
  algorithm: IntegrityAlgorithm
  key: Uint8Array
}

/** A truncated MESSAGE-INTEGRITY-SHA256 has at least so many bytes (RFC 8489 §14.6). */
const MIN_SHA256_BYTES = 16
const HASH_BYTES = { 'sha-1': 20, 'sha-256': 32 } as const

/** Whether the message carries an integrity of `algorithm` made with `key`. In constant time. */
export function verifyIntegrity(message: ReceivedMessage, integrity: Integrity): boolean {
  const { algorithm } = integrity
  const isSha1 = algorithm === 'sha-1'
  const offset = isSha1 ? message.integrityOffset : message.integritySha256Offset
  if (offset === undefined) return false
  const length = ((message.bytes[offset + 2] ?? 0) << 8) | (message.bytes[offset + 3] ?? 0)
  const isLength = isSha1
    ? length === HASH_BYTES[algorithm]
    : length >= MIN_SHA256_BYTES && length <= HASH_BYTES[algorithm] && length % 4 === 0
  if (!isLength) return false
  const expected = integrityOf(message.bytes, offset, integrity, length).subarray(0, length)
  return timingSafeEqual(expected, message.bytes.subarray(offset + 4, offset + 4 + length))
}

/**
 * The HMAC over everything before the attribute at `offset`, with the header's length
 * counting that attribute, of `valueBytes`, as the last one (RFC 8489 §14.5, §14.6).
 */
export function integrityOf(
  bytes: Uint8Array,
  offset: number,
  integrity: Integrity,
  valueBytes: number = HASH_BYTES[integrity.algorithm],
): Uint8Array {
  const header = bytes.slice(0, HEADER_BYTES)
  new DataView(header.buffer).setUint16(2, offset + 4 + valueBytes - HEADER_BYTES)
  return createHmac(integrity.algorithm === 'sha-1' ? 'sha1' : 'sha256', integrity.key)
    .update(header)
    .update(bytes.subarray(HEADER_BYTES, offset))
    .digest()
}
