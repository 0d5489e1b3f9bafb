import { readUint16, writeUint16 } from './big-endian.ts'
import { rtpHeaderBytes, rtpPayloadEnd, sequenceOf, setSequence } from './rtp-packet.ts'

/** A packet grows by so much when it is sent again (RFC 4588 §4). */
const RTX_OVERHEAD_BYTES = 2

/**
 * Makes a retransmission of a packet in place (RFC 4588 §4): its sequence number goes before the
 * payload. SSRC, payload type and sequence number of the retransmission are for the caller to set.
 * Returns the new length, or -1 when the packet is malformed or `bytes` has no room.
 */
export function wrapRtx(bytes: Uint8Array, length: number): number {
  const header = rtpHeaderBytes(bytes, length)
  if (header < 0 || length + RTX_OVERHEAD_BYTES > bytes.length) return -1
  bytes.copyWithin(header + RTX_OVERHEAD_BYTES, header, length)
  writeUint16(bytes, header, sequenceOf(bytes))
  return length + RTX_OVERHEAD_BYTES
}

/**
 * Makes the original packet out of a retransmission in place, with the original's sequence number;
 * SSRC and payload type are for the caller to set. Returns the new length, 0 when there is no
 * packet in it (a probe of the bandwidth), or -1 when it is malformed.
 */
export function unwrapRtx(bytes: Uint8Array, length: number): number {
  const header = rtpHeaderBytes(bytes, length)
  if (header < 0) return -1
  const end = rtpPayloadEnd(bytes, length, header)
  if (end < 0) return -1
  if (end - header < RTX_OVERHEAD_BYTES) return 0
  setSequence(bytes, readUint16(bytes, header))
  bytes.copyWithin(header, header + RTX_OVERHEAD_BYTES, length)
  return length - RTX_OVERHEAD_BYTES
}
