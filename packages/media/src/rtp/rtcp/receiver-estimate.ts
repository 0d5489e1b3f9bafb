import { readUint24, readUint32, writeUint24, writeUint32 } from '../big-endian.ts'
import { FEEDBACK_HEADER_BYTES, hasRoom, writeRtcpHeader } from './rtcp-header.ts'
import { FEEDBACK_FORMAT, RTCP_TYPE, type ReceiverEstimate } from './rtcp-packet.ts'

/** `REMB` in ASCII. */
const REMB_NAME = 0x52_45_4d_42
const FIXED_BYTES = FEEDBACK_HEADER_BYTES + 8
const MANTISSA_BITS = 18
/** What 8 bits count. */
const MAX_SSRCS = 255

/** Reads the estimate in `bytes[start..end)`; undefined when it is too short or not a REMB. */
export function readRemb(
  bytes: Uint8Array,
  start: number,
  end: number,
): ReceiverEstimate | undefined {
  const first = start + FIXED_BYTES
  if (first > end || readUint32(bytes, start + FEEDBACK_HEADER_BYTES) !== REMB_NAME)
    return undefined
  const count = bytes[first - 4] ?? 0
  if (first + 4 * count > end) return undefined
  const field = readUint24(bytes, first - 3)
  return {
    type: 'remb',
    sender: readUint32(bytes, start + 4),
    bitrate: (field & ((1 << MANTISSA_BITS) - 1)) * 2 ** (field >> MANTISSA_BITS),
    ssrcs: Array.from({ length: count }, (_, index) => readUint32(bytes, first + 4 * index)),
  }
}

/**
 * Writes an estimate at `offset`, its bitrate rounded down to 18 bits; returns its end, or `offset`
 * without room.
 */
export function writeRemb(
  target: Uint8Array,
  offset: number,
  { sender, bitrate, ssrcs }: Omit<ReceiverEstimate, 'type'>,
): number {
  const size = FIXED_BYTES + 4 * ssrcs.length
  if (ssrcs.length > MAX_SSRCS || !hasRoom(target, offset, size)) return offset
  let exponent = 0
  let mantissa = Math.max(0, Math.floor(bitrate))
  while (mantissa >= 1 << MANTISSA_BITS && exponent < 63) {
    mantissa = Math.floor(mantissa / 2)
    exponent += 1
  }
  const { application: count } = FEEDBACK_FORMAT
  writeRtcpHeader(target, offset, { count, type: RTCP_TYPE.payloadFeedback, size })
  writeUint32(target, offset + 4, sender)
  writeUint32(target, offset + 8, 0)
  writeUint32(target, offset + 12, REMB_NAME)
  target[offset + 16] = ssrcs.length
  writeUint24(target, offset + 17, (exponent << MANTISSA_BITS) | mantissa)
  for (const [index, ssrc] of ssrcs.entries()) {
    writeUint32(target, offset + FIXED_BYTES + 4 * index, ssrc)
  }
  return offset + size
}
