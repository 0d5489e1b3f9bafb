import { readUint16 } from '../big-endian.ts'
import { readBye } from './bye.ts'
import { readFir, readPli } from './key-frame-requests.ts'
import { readNack } from './nack.ts'
import { readRemb } from './receiver-estimate.ts'
import { readReceiverReport, readSenderReport } from './reports.ts'
import { FEEDBACK_HEADER_BYTES, RTCP_HEADER_BYTES } from './rtcp-header.ts'
import { FEEDBACK_FORMAT, RTCP_TYPE, type RtcpPacket } from './rtcp-packet.ts'
import { readSourceDescription } from './source-description.ts'
import { readTransportFeedback } from './transport-feedback.ts'

const PADDING_BIT = 0x20

/**
 * Reads a compound packet (RFC 3550 §6.1), also one of reduced size (RFC 5506). What is unknown or
 * malformed by itself is left out; undefined when the lengths do not add up to the whole.
 */
export function parseRtcp(bytes: Uint8Array, length: number): RtcpPacket[] | undefined {
  const packets: RtcpPacket[] = []
  let start = 0
  while (start < length) {
    // RFC 3550 §A.2: version 2, and the packet lies within the datagram.
    if (start + RTCP_HEADER_BYTES > length || (bytes[start] ?? 0) >> 6 !== 2) return undefined
    const next = start + 4 * (readUint16(bytes, start + 2) + 1)
    if (next > length) return undefined
    const end = contentEnd(bytes, start, next)
    if (end < 0) return undefined
    const packet = readPacket(bytes, start, end)
    if (packet) packets.push(packet)
    start = next
  }
  return packets
}

/** Where a packet's padding begins; -1 when it is longer than the packet. */
function contentEnd(bytes: Uint8Array, start: number, next: number): number {
  if (((bytes[start] ?? 0) & PADDING_BIT) === 0) return next
  const padding = bytes[next - 1] ?? 0
  return padding === 0 || next - padding < start + RTCP_HEADER_BYTES ? -1 : next - padding
}

function readPacket(bytes: Uint8Array, start: number, end: number): RtcpPacket | undefined {
  switch (bytes[start + 1]) {
    case RTCP_TYPE.senderReport:
      return readSenderReport(bytes, start, end)
    case RTCP_TYPE.receiverReport:
      return readReceiverReport(bytes, start, end)
    case RTCP_TYPE.sourceDescription:
      return readSourceDescription(bytes, start, end)
    case RTCP_TYPE.bye:
      return readBye(bytes, start, end)
    case RTCP_TYPE.transportFeedback:
    case RTCP_TYPE.payloadFeedback:
      return start + FEEDBACK_HEADER_BYTES > end ? undefined : readFeedback(bytes, start, end)
    default:
      return undefined
  }
}

function readFeedback(bytes: Uint8Array, start: number, end: number): RtcpPacket | undefined {
  const format = (bytes[start] ?? 0) & 0x1f
  if (bytes[start + 1] === RTCP_TYPE.transportFeedback) {
    if (format === FEEDBACK_FORMAT.nack) return readNack(bytes, start, end)
    if (format === FEEDBACK_FORMAT.transportWide) return readTransportFeedback(bytes, start, end)
    return undefined
  }
  if (format === FEEDBACK_FORMAT.pli) return readPli(bytes, start)
  if (format === FEEDBACK_FORMAT.fir) return readFir(bytes, start, end)
  return format === FEEDBACK_FORMAT.application ? readRemb(bytes, start, end) : undefined
}
