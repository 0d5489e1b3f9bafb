import { readUint32, writeUint32 } from '../big-endian.ts'
import { hasRoom, RTCP_HEADER_BYTES, writeRtcpHeader } from './rtcp-header.ts'
import { RTCP_TYPE, type SourceDescription } from './rtcp-packet.ts'

/** RFC 3550 §6.5.1. */
const CNAME = 1
const MAX_TEXT_BYTES = 255
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Reads the CNAMEs in `bytes[start..end)`; undefined when an item is longer than the packet. */
export function readSourceDescription(
  bytes: Uint8Array,
  start: number,
  end: number,
): SourceDescription | undefined {
  const chunks: { ssrc: number; cname: string }[] = []
  const count = (bytes[start] ?? 0) & 0x1f
  let at = start + RTCP_HEADER_BYTES
  for (let index = 0; index < count; index += 1) {
    if (at + 4 > end) return undefined
    const ssrc = readUint32(bytes, at)
    at += 4
    while (at < end && bytes[at] !== 0) {
      const valueStart = at + 2
      const valueEnd = valueStart + (bytes[at + 1] ?? 0)
      if (valueEnd > end) return undefined
      if (bytes[at] === CNAME) {
        chunks.push({ ssrc, cname: decoder.decode(bytes.subarray(valueStart, valueEnd)) })
      }
      at = valueEnd
    }
    // The items end with at least one zero, up to the next 32 bits of the packet.
    if (at >= end) return undefined
    at = start + ((at - start + 4) & ~3)
  }
  return { type: 'source-description', chunks }
}

/**
 * Writes a description with one CNAME at `offset`; returns its end, or `offset` when there is no
 * room or the name is longer than 255 bytes.
 */
export function writeCname(
  target: Uint8Array,
  offset: number,
  { ssrc, cname }: { ssrc: number; cname: string },
): number {
  const text = encoder.encode(cname)
  const size = RTCP_HEADER_BYTES + 4 + ((2 + text.length + 4) & ~3)
  if (text.length > MAX_TEXT_BYTES || !hasRoom(target, offset, size)) return offset
  target.fill(0, offset, offset + size)
  writeRtcpHeader(target, offset, { count: 1, type: RTCP_TYPE.sourceDescription, size })
  writeUint32(target, offset + 4, ssrc)
  target[offset + 8] = CNAME
  target[offset + 9] = text.length
  target.set(text, offset + 10)
  return offset + size
}
