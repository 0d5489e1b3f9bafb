import { MAX_AV1_ELEMENTS } from '../limits.ts'
import { BitReader } from './bit-reader.ts'
import { packPictureSize } from './picture-size.ts'
import type { VideoFormat } from './video-format.ts'

/** Bits of the aggregation header (RTP payload format for AV1 §4.4). */
const CONTINUES = 0x80
const NEW_SEQUENCE = 0x08
/** OBU types (AV1 specification §6.2.2). */
const OBU_SEQUENCE_HEADER = 1

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
    return obu < 0 ? 0 : sizeInSequenceHeader(new BitReader(bytes, obuContent(bytes, obu), end))
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
    if (at < end && (((bytes[at] ?? 0) >> 3) & 15) === OBU_SEQUENCE_HEADER) return at
    if (index === count) return -1
    at += size
  }
  return -1
}

/** Where an OBU's content begins: after its header, extension and size (§5.3.1). */
function obuContent(bytes: Uint8Array, obu: number): number {
  const header = bytes[obu] ?? 0
  let at = obu + ((header & 4) === 0 ? 1 : 2)
  if ((header & 2) !== 0) {
    while (((bytes[at] ?? 0) & 0x80) !== 0) at += 1
    at += 1
  }
  return at
}

/** max_frame_width and max_frame_height (§5.5.1); 0 when they can't be read. */
function sizeInSequenceHeader(reader: BitReader): number {
  // seq_profile, still_picture
  reader.skip(4)
  // reduced_still_picture_header: then only a level follows.
  if (reader.bit() === 1) reader.skip(5)
  else {
    const modelDelayBits = skipTiming(reader)
    skipOperatingPoints(reader, modelDelayBits)
  }
  const widthBits = reader.bits(4) + 1
  const heightBits = reader.bits(4) + 1
  const width = reader.bits(widthBits) + 1
  const height = reader.bits(heightBits) + 1
  return reader.isPastEnd ? 0 : packPictureSize(width, height)
}

/** timing_info and decoder_model_info; returns buffer_delay_length, or 0 without a model. */
function skipTiming(reader: BitReader): number {
  if (reader.bit() === 0) return 0
  reader.skip(64)
  // equal_picture_interval, then num_ticks_per_picture_minus_1 as uvlc().
  if (reader.bit() === 1) reader.unsignedGolomb()
  if (reader.bit() === 0) return 0
  const delayBits = reader.bits(5) + 1
  reader.skip(32 + 5 + 5)
  return delayBits
}

function skipOperatingPoints(reader: BitReader, modelDelayBits: number): void {
  const hasInitialDelay = reader.bit() === 1
  const count = reader.bits(5) + 1
  for (let index = 0; index < count; index += 1) {
    reader.skip(12)
    // seq_tier is there for levels above 7.
    if (reader.bits(5) > 7) reader.skip(1)
    if (modelDelayBits > 0 && reader.bit() === 1) reader.skip(2 * modelDelayBits + 1)
    if (hasInitialDelay && reader.bit() === 1) reader.skip(4)
  }
}
