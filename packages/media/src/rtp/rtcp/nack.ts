import { readUint16, readUint32, writeUint16, writeUint32 } from '../big-endian.ts'
import { MAX_NACK_ITEMS } from '../limits.ts'
import { FEEDBACK_HEADER_BYTES, hasRoom, writeRtcpHeader } from './rtcp-header.ts'
import { FEEDBACK_FORMAT, RTCP_TYPE, type Nack } from './rtcp-packet.ts'

const ITEM_BYTES = 4
/** An item names one packet and says of so many after it whether they are lost, too. */
const BITMASK_BITS = 16

/** Reads the request in `bytes[start..end)`; undefined when it is too short or too long. */
export function readNack(bytes: Uint8Array, start: number, end: number): Nack | undefined {
  const first = start + FEEDBACK_HEADER_BYTES
  if (first + ITEM_BYTES > end || end - first > ITEM_BYTES * MAX_NACK_ITEMS) return undefined
  const sequences: number[] = []
  for (let at = first; at + ITEM_BYTES <= end; at += ITEM_BYTES) {
    const packet = readUint16(bytes, at)
    sequences.push(packet)
    for (let mask = readUint16(bytes, at + 2), next = packet + 1; mask !== 0; mask >>= 1) {
      if ((mask & 1) !== 0) sequences.push(next & 0xffff)
      next += 1
    }
  }
  const [sender, media] = [readUint32(bytes, start + 4), readUint32(bytes, start + 8)]
  return { type: 'nack', sender, media, sequences }
}

/**
 * Writes a request for packets at `offset`. Their sequence numbers rise, but for the wrap-around.
 * Returns its end, or `offset` when there is nothing to ask for or no room for all of them.
 */
export function writeNack(target: Uint8Array, offset: number, nack: Omit<Nack, 'type'>): number {
  let at = offset + FEEDBACK_HEADER_BYTES
  const { sequences } = nack
  for (let index = 0; index < sequences.length; at += ITEM_BYTES) {
    if (!hasRoom(target, at, ITEM_BYTES)) return offset
    const packet = sequences[index] ?? 0
    let mask = 0
    for (index += 1; index < sequences.length; index += 1) {
      const distance = ((sequences[index] ?? 0) - packet) & 0xffff
      if (distance > BITMASK_BITS) break
      if (distance > 0) mask |= 1 << (distance - 1)
    }
    writeUint16(target, at, packet)
    writeUint16(target, at + 2, mask)
  }
  const size = at - offset
  if (size === FEEDBACK_HEADER_BYTES) return offset
  const { nack: count } = FEEDBACK_FORMAT
  writeRtcpHeader(target, offset, { count, type: RTCP_TYPE.transportFeedback, size })
  writeUint32(target, offset + 4, nack.sender)
  writeUint32(target, offset + 8, nack.media)
  return at
}
