import { readUint16 } from '../big-endian.ts'
import { sequenceParameterSize } from './h264-sps.ts'
import type { VideoFormat } from './video-format.ts'

/** NAL unit types (ITU-T H.264 table 7-1, RFC 6184 §5.4). */
const IDR = 5
const SPS = 7
const STAP_A = 24
const FU_A = 28
const START_BIT = 0x80
const NO_UNIT = -1

/** RFC 6184. */
export const h264: VideoFormat = {
  isKeyFrameStart(bytes, start, end) {
    return start < end && isKeyUnitPacket(bytes, start, end)
  },

  pictureSize(bytes, start, end) {
    const type = (bytes[start] ?? 0) & 0x1f
    if (start >= end) return 0
    if (type === SPS) return sequenceParameterSize(bytes, start + 1, end)
    if (type !== STAP_A) return 0
    for (let at = firstUnit(start, end); at !== NO_UNIT; at = nextUnit(bytes, at, end)) {
      const unitEnd = Math.min(end, at + readUint16(bytes, at - 2))
      if (((bytes[at] ?? 0) & 0x1f) === SPS) return sequenceParameterSize(bytes, at + 1, unitEnd)
    }
    return 0
  },
}

/** Whether an SPS or the first slice of an IDR picture begins in this packet. */
function isKeyUnitPacket(bytes: Uint8Array, start: number, end: number): boolean {
  const type = (bytes[start] ?? 0) & 0x1f
  if (type === FU_A) {
    const header = start + 1 < end ? (bytes[start + 1] ?? 0) : 0
    return (header & START_BIT) !== 0 && isKeyUnit(header)
  }
  if (type !== STAP_A) return isKeyUnit(type)
  for (let at = firstUnit(start, end); at !== NO_UNIT; at = nextUnit(bytes, at, end)) {
    if (isKeyUnit(bytes[at] ?? 0)) return true
  }
  return false
}

function isKeyUnit(header: number): boolean {
  const type = header & 0x1f
  return type === SPS || type === IDR
}

/** The first byte of an aggregate's first NAL unit, after its size (RFC 6184 §5.7.1). */
function firstUnit(start: number, end: number): number {
  return start + 3 < end ? start + 3 : NO_UNIT
}

function nextUnit(bytes: Uint8Array, at: number, end: number): number {
  const next = at + readUint16(bytes, at - 2) + 2
  return next < end ? next : NO_UNIT
}
