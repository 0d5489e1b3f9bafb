import { readUint24, readUint32, writeUint24, writeUint32 } from '../big-endian.ts'
import { hasRoom, MAX_COUNT, writeRtcpHeader } from './rtcp-header.ts'
import {
  RTCP_TYPE,
  type ReceiverReport,
  type ReportBlock,
  type SenderReport,
} from './rtcp-packet.ts'

const BLOCK_BYTES = 24
const SENDER_REPORT_BYTES = 28
const RECEIVER_REPORT_BYTES = 8

/** Reads the sender report in `bytes[start..end)`; undefined when it is too short. */
export function readSenderReport(
  bytes: Uint8Array,
  start: number,
  end: number,
): SenderReport | undefined {
  const reports = readBlocks(bytes, start, { offset: start + SENDER_REPORT_BYTES, end })
  return (
    reports && {
      type: 'sender-report',
      ssrc: readUint32(bytes, start + 4),
      ntpSeconds: readUint32(bytes, start + 8),
      ntpFraction: readUint32(bytes, start + 12),
      rtpTimestamp: readUint32(bytes, start + 16),
      packets: readUint32(bytes, start + 20),
      bytes: readUint32(bytes, start + 24),
      reports,
    }
  )
}

/** Reads the receiver report in `bytes[start..end)`; undefined when it is too short. */
export function readReceiverReport(
  bytes: Uint8Array,
  start: number,
  end: number,
): ReceiverReport | undefined {
  const reports = readBlocks(bytes, start, { offset: start + RECEIVER_REPORT_BYTES, end })
  return reports && { type: 'receiver-report', ssrc: readUint32(bytes, start + 4), reports }
}

function readBlocks(
  bytes: Uint8Array,
  start: number,
  { offset, end }: { offset: number; end: number },
): ReportBlock[] | undefined {
  const count = (bytes[start] ?? 0) & 0x1f
  if (offset + BLOCK_BYTES * count > end) return undefined
  return Array.from({ length: count }, (_, index) => readBlock(bytes, offset + BLOCK_BYTES * index))
}

function readBlock(bytes: Uint8Array, at: number): ReportBlock {
  return {
    ssrc: readUint32(bytes, at),
    fractionLost: bytes[at + 4] ?? 0,
    lost: (readUint24(bytes, at + 5) << 8) >> 8,
    highestSequence: readUint32(bytes, at + 8),
    jitter: readUint32(bytes, at + 12),
    lastSenderReport: readUint32(bytes, at + 16),
    delaySinceSenderReport: readUint32(bytes, at + 20),
  }
}

/** Writes a sender report at `offset`; returns its end, or `offset` when there is no room. */
export function writeSenderReport(
  target: Uint8Array,
  offset: number,
  report: Omit<SenderReport, 'type'>,
): number {
  const count = Math.min(report.reports.length, MAX_COUNT)
  const size = SENDER_REPORT_BYTES + BLOCK_BYTES * count
  if (!hasRoom(target, offset, size)) return offset
  writeRtcpHeader(target, offset, { count, type: RTCP_TYPE.senderReport, size })
  writeUint32(target, offset + 4, report.ssrc)
  writeUint32(target, offset + 8, report.ntpSeconds)
  writeUint32(target, offset + 12, report.ntpFraction)
  writeUint32(target, offset + 16, report.rtpTimestamp)
  writeUint32(target, offset + 20, report.packets)
  writeUint32(target, offset + 24, report.bytes)
  return writeBlocks(target, offset + SENDER_REPORT_BYTES, report.reports)
}

/** Writes a receiver report at `offset`; returns its end, or `offset` when there is no room. */
export function writeReceiverReport(
  target: Uint8Array,
  offset: number,
  report: Omit<ReceiverReport, 'type'>,
): number {
  const count = Math.min(report.reports.length, MAX_COUNT)
  const size = RECEIVER_REPORT_BYTES + BLOCK_BYTES * count
  if (!hasRoom(target, offset, size)) return offset
  writeRtcpHeader(target, offset, { count, type: RTCP_TYPE.receiverReport, size })
  writeUint32(target, offset + 4, report.ssrc)
  return writeBlocks(target, offset + RECEIVER_REPORT_BYTES, report.reports)
}

function writeBlocks(target: Uint8Array, offset: number, reports: readonly ReportBlock[]): number {
  let at = offset
  for (const block of reports.slice(0, MAX_COUNT)) {
    writeUint32(target, at, block.ssrc)
    target[at + 4] = block.fractionLost
    writeUint24(target, at + 5, block.lost)
    writeUint32(target, at + 8, block.highestSequence)
    writeUint32(target, at + 12, block.jitter)
    writeUint32(target, at + 16, block.lastSenderReport)
    writeUint32(target, at + 20, block.delaySinceSenderReport)
    at += BLOCK_BYTES
  }
  return at
}
