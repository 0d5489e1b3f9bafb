import { MAX_AV1_ELEMENTS } from '../limits.ts'
import { OBU, readAv1Sequence } from './av1-sequence.ts'
import type { VideoFormat } from './video-format.ts'

/** Bits of the aggregation header (RTP payload format for AV1 §4.4). */
const CONTINUES = 0x80
const NEW_SEQUENCE = 0x08

/** RTP payload format for AV1, version 1.0. */
export const av1: VideoFormat = {
  isKeyFrameStart(bytes, start, end) {
    if (start + 1 >= end) return false
    const header = bytes[start] ?? 0
    if ((header & CONTINUES) !== 0) return false
    return (header & NEW_SEQUENCE) !== 0 || findSequenceHeader(bytes, start, end) >= 0
  },

  pictureSize(bytes, start, end) {
    if (start >= end || ((bytes[start] ?? 0) & CONTINUES) !== 0) return 0
    const obu = findSequenceHeader(bytes, start, end)
    return obu < 0 ? 0 : readAv1Sequence(bytes, obuContent(bytes, obu, end), end).pictureSize
  },
}

/** Where the OBU with the sequence header begins; -1 when there is none. */
function findSequenceHeader(bytes: Uint8Array, start: number, end: number): number {
  // W: the count of elements, of which the last has no length; 0: each has one.
  const count = ((bytes[start] ?? 0) >> 4) & 3
  let at = start + 1
  for (let index = 1; index <= MAX_AV1_ELEMENTS && at < end; index += 1) {
    let size = 0
    if (index !== count) {
      for (let shift = 0; shift < 28; shift += 7) {
        const byte = bytes[at] ?? 0
        at += 1
        size += (byte & 0x7f) << shift
        if ((byte & 0x80) === 0) break
      }
    }
    if (at < end && (((bytes[at] ?? 0) >> 3) & 15) === OBU.sequenceHeader) return at
    if (index === count) return -1
    at += size
  }
  return -1
}

/** Where an OBU's content begins: after its header, extension and size (§5.3.1); not before `end`: nowhere. */
function obuContent(bytes: Uint8Array, obu: number, end: number): number {
  const header = bytes[obu] ?? 0
  let at = obu + ((header & 4) === 0 ? 1 : 2)
  if ((header & 2) !== 0) {
    while (at < end && (bytes[at]! & 0x80) !== 0) at += 1
    at += 1
  }
  return at
}
