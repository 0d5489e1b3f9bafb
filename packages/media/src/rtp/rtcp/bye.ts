import { readUint32, writeUint32 } from '../big-endian.ts'
import { hasRoom, MAX_COUNT, RTCP_HEADER_BYTES, writeRtcpHeader } from './rtcp-header.ts'
import { RTCP_TYPE, type Bye } from './rtcp-packet.ts'

/** Reads the goodbye in `bytes[start..end)`; undefined when it is too short. Its reason is left. */
export function readBye(bytes: Uint8Array, start: number, end: number): Bye | undefined {
  const count = (bytes[start] ?? 0) & 0x1f
  const first = start + RTCP_HEADER_BYTES
  if (first + 4 * count > end) return undefined
  const ssrcs = Array.from({ length: count }, (_, index) => readUint32(bytes, first + 4 * index))
  return { type: 'bye', ssrcs }
}

/** Writes a goodbye of at most 31 at `offset`; returns its end, or `offset` without room. */
export function writeBye(target: Uint8Array, offset: number, ssrcs: readonly number[]): number {
  const count = Math.min(ssrcs.length, MAX_COUNT)
  const size = RTCP_HEADER_BYTES + 4 * count
  if (!hasRoom(target, offset, size)) return offset
  writeRtcpHeader(target, offset, { count, type: RTCP_TYPE.bye, size })
  for (const [index, ssrc] of ssrcs.slice(0, count).entries()) {
    writeUint32(target, offset + RTCP_HEADER_BYTES + 4 * index, ssrc)
  }
  return offset + size
}
