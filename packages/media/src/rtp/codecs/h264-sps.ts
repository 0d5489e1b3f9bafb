import { MAX_SPS_BYTES } from '../limits.ts'
import { BitReader } from './bit-reader.ts'
import { packPictureSize } from './picture-size.ts'

/** Profiles whose parameter set has the fields of §7.3.2.1.1 for chroma and scaling. */
const HIGH_PROFILES = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135])
/** More than this can't be in a valid parameter set. */
const MAX_CYCLE = 255

interface Colour {
  chroma: number
  isSeparate: boolean
  lumaBits: number
  chromaBits: number
}

const FOUR_TWO_ZERO: Colour = { chroma: 1, isSeparate: false, lumaBits: 8, chromaBits: 8 }

export interface SequenceParameters {
  /** Of the cropped picture, as `packPictureSize` makes it; 0 when it can't be read. */
  pictureSize: number
  /** chroma_format_idc. */
  chroma: number
  /** Of a sample. */
  lumaBits: number
  chromaBits: number
}

/** A sequence parameter set, whose header byte is left out (ITU-T H.264 §7.3.2.1.1). */
export function readSequenceParameters(
  bytes: Uint8Array,
  start: number,
  end: number,
): SequenceParameters {
  const payload = withoutEmulation(bytes, start, Math.min(end, start + MAX_SPS_BYTES))
  const reader = new BitReader(payload, 0, payload.length)
  const profile = reader.bits(8)
  // Constraints and level.
  reader.skip(16)
  reader.unsignedGolomb()
  const colour = HIGH_PROFILES.has(profile) ? readColour(reader) : FOUR_TWO_ZERO
  // log2_max_frame_num_minus4
  reader.unsignedGolomb()
  skipOrderCount(reader)
  // max_num_ref_frames, gaps_in_frame_num_value_allowed_flag
  reader.unsignedGolomb()
  reader.skip(1)
  const { chroma, lumaBits, chromaBits } = colour
  return { pictureSize: readSize(reader, colour), chroma, lumaBits, chromaBits }
}

/** The size of its picture, as `packPictureSize` makes it; 0 when it can't be read. */
export function sequenceParameterSize(bytes: Uint8Array, start: number, end: number): number {
  return readSequenceParameters(bytes, start, end).pictureSize
}

/** Takes the emulation prevention bytes out (§7.4.1): 00 00 03 is 00 00. */
function withoutEmulation(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const payload = new Uint8Array(Math.max(0, end - start))
  let size = 0
  let zeros = 0
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0
    if (zeros >= 2 && byte === 3) zeros = 0
    else {
      payload[size] = byte
      size += 1
      zeros = byte === 0 ? zeros + 1 : 0
    }
  }
  return payload.subarray(0, size)
}

/** chroma_format_idc up to the scaling lists. */
function readColour(reader: BitReader): Colour {
  const chroma = reader.unsignedGolomb() & 3
  const isSeparate = chroma === 3 && reader.bit() === 1
  const lumaBits = 8 + (reader.unsignedGolomb() & 7)
  const chromaBits = 8 + (reader.unsignedGolomb() & 7)
  reader.skip(1)
  if (reader.bit() === 1) {
    const lists = chroma === 3 ? 12 : 8
    for (let list = 0; list < lists; list += 1) {
      if (reader.bit() === 1) skipScalingList(reader, list < 6 ? 16 : 64)
    }
  }
  return { chroma, isSeparate, lumaBits, chromaBits }
}

/** §7.3.2.1.1.1. */
function skipScalingList(reader: BitReader, size: number): void {
  let last = 8
  for (let index = 0; index < size; index += 1) {
    const next = (last + reader.signedGolomb() + 256) % 256
    if (next === 0) return
    last = next
  }
}

function skipOrderCount(reader: BitReader): void {
  const type = reader.unsignedGolomb()
  if (type === 0) reader.unsignedGolomb()
  if (type !== 1) return
  reader.skip(1)
  reader.signedGolomb()
  reader.signedGolomb()
  const cycle = Math.min(MAX_CYCLE, reader.unsignedGolomb())
  for (let index = 0; index < cycle; index += 1) reader.signedGolomb()
}

/** The size in macroblocks, less what is cropped (§7.4.2.1.1). */
function readSize(reader: BitReader, colour: Colour): number {
  // Separate planes are cropped as if there were no chroma.
  const chroma = colour.isSeparate ? 0 : colour.chroma
  const widthBlocks = reader.unsignedGolomb() + 1
  const heightUnits = reader.unsignedGolomb() + 1
  const fieldFactor = 2 - reader.bit()
  if (fieldFactor === 2) reader.skip(1)
  // direct_8x8_inference_flag
  reader.skip(1)
  let width = 16 * widthBlocks
  let height = 16 * heightUnits * fieldFactor
  if (reader.bit() === 1) {
    const unitX = chroma === 1 || chroma === 2 ? 2 : 1
    const unitY = (chroma === 1 ? 2 : 1) * fieldFactor
    width -= unitX * (reader.unsignedGolomb() + reader.unsignedGolomb())
    height -= unitY * (reader.unsignedGolomb() + reader.unsignedGolomb())
  }
  const isPossible = width > 0 && height > 0 && width <= 0xffff && height <= 0xffff
  return reader.isPastEnd || !isPossible ? 0 : packPictureSize(width, height)
}
