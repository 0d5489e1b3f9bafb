import { writeUint16 } from '../big-endian.ts'

/** Version, count, type and length (RFC 3550 §6.4.1). */
export const RTCP_HEADER_BYTES = 4
/** With the SSRCs of sender and media (RFC 4585 §6.1). */
export const FEEDBACK_HEADER_BYTES = 12
/** What 5 bits count: report blocks, chunks, SSRCs. */
export const MAX_COUNT = 31

/** Whether `target` has room for `size` bytes at `offset`. */
export function hasRoom(target: Uint8Array, offset: number, size: number): boolean {
  return offset + size <= target.length
}

/** The header's fields; `count` is the format in feedback packets. */
export interface RtcpHeader {
  count: number
  type: number
  /** Bytes of the packet, of which the header's length field is made. */
  size: number
}

/** Writes a header without padding at `offset`. */
export function writeRtcpHeader(
  target: Uint8Array,
  offset: number,
  { count, type, size }: RtcpHeader,
): void {
  target[offset] = 0x80 | count
  target[offset + 1] = type
  writeUint16(target, offset + 2, (size >> 2) - 1)
}
