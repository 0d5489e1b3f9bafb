import { readUint32, writeUint32 } from '../big-endian.ts'
import { MAX_FIR_REQUESTS } from '../limits.ts'
import { FEEDBACK_HEADER_BYTES, hasRoom, writeRtcpHeader } from './rtcp-header.ts'
import {
  FEEDBACK_FORMAT,
  RTCP_TYPE,
  type FullIntraRequest,
  type PictureLossIndication,
} from './rtcp-packet.ts'

const FIR_ENTRY_BYTES = 8

/** Reads the picture loss indication at `start`; its size was checked. */
export function readPli(bytes: Uint8Array, start: number): PictureLossIndication {
  const [sender, media] = [readUint32(bytes, start + 4), readUint32(bytes, start + 8)]
  return { type: 'pli', sender, media }
}

/** Writes a picture loss indication at `offset`; returns its end, or `offset` without room. */
export function writePli(
  target: Uint8Array,
  offset: number,
  { sender, media }: Omit<PictureLossIndication, 'type'>,
): number {
  const size = FEEDBACK_HEADER_BYTES
  if (!hasRoom(target, offset, size)) return offset
  const { pli: count } = FEEDBACK_FORMAT
  writeRtcpHeader(target, offset, { count, type: RTCP_TYPE.payloadFeedback, size })
  writeUint32(target, offset + 4, sender)
  writeUint32(target, offset + 8, media)
  return offset + size
}

/** Reads the full intra request in `bytes[start..end)`; undefined when it is empty or too long. */
export function readFir(
  bytes: Uint8Array,
  start: number,
  end: number,
): FullIntraRequest | undefined {
  const first = start + FEEDBACK_HEADER_BYTES
  const count = Math.floor((end - first) / FIR_ENTRY_BYTES)
  if (count < 1 || count > MAX_FIR_REQUESTS) return undefined
  const requests = Array.from({ length: count }, (_, index) => {
    const at = first + FIR_ENTRY_BYTES * index
    return { ssrc: readUint32(bytes, at), sequence: bytes[at + 4] ?? 0 }
  })
  return { type: 'fir', sender: readUint32(bytes, start + 4), requests }
}

/** Writes a full intra request at `offset`; returns its end, or `offset` without room. */
export function writeFir(
  target: Uint8Array,
  offset: number,
  { sender, requests }: Omit<FullIntraRequest, 'type'>,
): number {
  const size = FEEDBACK_HEADER_BYTES + FIR_ENTRY_BYTES * requests.length
  const isPossible = requests.length > 0 && requests.length <= MAX_FIR_REQUESTS
  if (!isPossible || !hasRoom(target, offset, size)) return offset
  const { fir: count } = FEEDBACK_FORMAT
  writeRtcpHeader(target, offset, { count, type: RTCP_TYPE.payloadFeedback, size })
  writeUint32(target, offset + 4, sender)
  writeUint32(target, offset + 8, 0)
  for (const [index, { ssrc, sequence }] of requests.entries()) {
    const at = offset + FEEDBACK_HEADER_BYTES + FIR_ENTRY_BYTES * index
    writeUint32(target, at, ssrc)
    writeUint32(target, at + 4, sequence << 24)
  }
  return offset + size
}
