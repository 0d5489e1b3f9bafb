import { BitReader } from './bit-reader.ts'
import { packPictureSize } from './picture-size.ts'

/** OBU types (AV1 specification §6.2.2). */
export const OBU = {
  sequenceHeader: 1,
  temporalDelimiter: 2,
  frameHeader: 3,
  frame: 6,
} as const

/** AV1 specification §6.4.2. */
const COLOR_BT_709 = 1
const TRANSFER_SRGB = 13
const MATRIX_IDENTITY = 0
/** seq_choose_screen_content_tools and seq_choose_integer_mv. */
const CHOSEN_LATER = 1

/** What a sequence header says (AV1 specification §5.5.1). */
export interface Av1Sequence {
  /** As `packPictureSize` makes it; 0 when the header can't be read. */
  pictureSize: number
  isReduced: boolean
  profile: number
  level: number
  tier: number
  color: Av1Color
}

/** Bits as av1C has them (§5.5.2). */
export interface Av1Color {
  highBitdepth: number
  twelveBit: number
  monochrome: number
  subsamplingX: number
  subsamplingY: number
  samplePosition: number
}

/** Reads a sequence header in `bytes[start..end)`, without the OBU's header. */
export function readAv1Sequence(bytes: Uint8Array, start: number, end: number): Av1Sequence {
  const reader = new BitReader(bytes, start, end)
  const profile = reader.bits(3)
  // still_picture
  reader.skip(1)
  const isReduced = reader.bit() === 1
  const { level, tier } = isReduced ? { level: reader.bits(5), tier: 0 } : readPoints(reader)
  const widthBits = reader.bits(4) + 1
  const heightBits = reader.bits(4) + 1
  const width = reader.bits(widthBits) + 1
  const height = reader.bits(heightBits) + 1
  const pictureSize = reader.isPastEnd ? 0 : packPictureSize(width, height)
  skipTools(reader, isReduced)
  return { pictureSize, isReduced, profile, level, tier, color: readColor(reader, profile) }
}

/** Timing and operating points; returns the level and the tier of the first one. */
function readPoints(reader: BitReader): { level: number; tier: number } {
  const modelDelayBits = skipTiming(reader)
  const hasInitialDelay = reader.bit() === 1
  const count = reader.bits(5) + 1
  const first = { level: 0, tier: 0 }
  for (let index = 0; index < count; index += 1) {
    reader.skip(12)
    const level = reader.bits(5)
    // seq_tier is there for levels above 7.
    const tier = level > 7 ? reader.bit() : 0
    if (index === 0) Object.assign(first, { level, tier })
    if (modelDelayBits > 0 && reader.bit() === 1) reader.skip(2 * modelDelayBits + 1)
    if (hasInitialDelay && reader.bit() === 1) reader.skip(4)
  }
  return first
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

/** From frame_id_numbers_present_flag to film_grain_params_present, but for the color. */
function skipTools(reader: BitReader, isReduced: boolean): void {
  if (!isReduced && reader.bit() === 1) reader.skip(4 + 3)
  // use_128x128_superblock, enable_filter_intra, enable_intra_edge_filter
  reader.skip(3)
  if (!isReduced) {
    // enable_interintra_compound, enable_masked_compound, enable_warped_motion, enable_dual_filter
    reader.skip(4)
    const hasOrderHint = reader.bit() === 1
    // enable_jnt_comp, enable_ref_frame_mvs
    if (hasOrderHint) reader.skip(2)
    const screenContent = reader.bit() === CHOSEN_LATER ? 2 : reader.bit()
    // seq_choose_integer_mv, and seq_force_integer_mv if it is not chosen later.
    if (screenContent > 0 && reader.bit() !== CHOSEN_LATER) reader.skip(1)
    if (hasOrderHint) reader.skip(3)
  }
  // enable_superres, enable_cdef, enable_restoration
  reader.skip(3)
}

/** color_config (§5.5.2). */
function readColor(reader: BitReader, profile: number): Av1Color {
  const highBitdepth = reader.bit()
  const twelveBit = profile === 2 && highBitdepth === 1 ? reader.bit() : 0
  const monochrome = profile === 1 ? 0 : reader.bit()
  const described = reader.bit() === 1
  const primaries = described ? reader.bits(8) : 2
  const transfer = described ? reader.bits(8) : 2
  const matrix = described ? reader.bits(8) : 2
  const depth = { highBitdepth, twelveBit, monochrome }
  if (monochrome === 1) return { ...depth, subsamplingX: 1, subsamplingY: 1, samplePosition: 0 }
  const isSrgb =
    primaries === COLOR_BT_709 && transfer === TRANSFER_SRGB && matrix === MATRIX_IDENTITY
  if (isSrgb) return { ...depth, subsamplingX: 0, subsamplingY: 0, samplePosition: 0 }
  // color_range
  reader.skip(1)
  const [subsamplingX, subsamplingY] = readSubsampling(reader, profile, twelveBit === 1)
  const samplePosition = subsamplingX === 1 && subsamplingY === 1 ? reader.bits(2) : 0
  return { ...depth, subsamplingX, subsamplingY, samplePosition }
}

function readSubsampling(
  reader: BitReader,
  profile: number,
  isTwelveBit: boolean,
): [x: number, y: number] {
  if (profile === 0) return [1, 1]
  if (profile === 1) return [0, 0]
  if (!isTwelveBit) return [1, 0]
  const x = reader.bit()
  return [x, x === 1 ? reader.bit() : 0]
}
