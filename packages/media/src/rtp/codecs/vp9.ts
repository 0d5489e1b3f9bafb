import { BitReader } from './bit-reader.ts'
import { packPictureSize } from './picture-size.ts'
import type { VideoFormat } from './video-format.ts'

/** Bits of the first byte of the descriptor (RFC 9628 §4.2). */
export const VP9_FLAG = {
  pictureId: 0x80,
  interPredicted: 0x40,
  layerIndices: 0x20,
  flexible: 0x10,
  frameStart: 0x08,
  frameEnd: 0x04,
  structure: 0x02,
} as const
/** References of a picture in flexible mode. */
const MAX_REFERENCES = 3
/** VP9 bitstream specification §6.1.1 and §7.2. */
const FRAME_MARKER = 2
const SYNC_CODE = 0x49_83_42
const CS_RGB = 7

/** RFC 9628. */
export const vp9: VideoFormat = {
  isKeyFrameStart(bytes, start, end) {
    return isStart(bytes, start, end)
  },

  pictureSize(bytes, start, end) {
    if (!isStart(bytes, start, end)) return 0
    const frame = frameStart(bytes, start, end)
    return frame < 0 ? 0 : sizeInHeader(new BitReader(bytes, frame, end))
  },
}

/** The first packet of a frame of the lowest layer that needs no other picture. */
function isStart(bytes: Uint8Array, start: number, end: number): boolean {
  if (start + 1 >= end) return false
  const first = bytes[start] ?? 0
  if ((first & (VP9_FLAG.interPredicted | VP9_FLAG.frameStart)) !== VP9_FLAG.frameStart) {
    return false
  }
  const layers = layerIndices(bytes, start)
  return layers < 0 || (layers < end && ((bytes[layers] ?? 0) & 0x0e) === 0)
}

/** Where the layer indices are; -1 when there are none. */
function layerIndices(bytes: Uint8Array, start: number): number {
  return ((bytes[start] ?? 0) & VP9_FLAG.layerIndices) === 0 ? -1 : afterPictureId(bytes, start)
}

function afterPictureId(bytes: Uint8Array, start: number): number {
  if (((bytes[start] ?? 0) & VP9_FLAG.pictureId) === 0) return start + 1
  return start + (((bytes[start + 1] ?? 0) & 0x80) === 0 ? 2 : 3)
}

/** Where the frame begins, after the descriptor; -1 when there is none. */
function frameStart(bytes: Uint8Array, start: number, end: number): number {
  const at = vp9DescriptorEnd(bytes, start)
  return at < end ? at : -1
}

/** Where the descriptor ends that begins at `start` (RFC 9628 §4.2); it may be cut off. */
export function vp9DescriptorEnd(bytes: Uint8Array, start: number): number {
  const at = afterReferences(bytes, start)
  return ((bytes[start] ?? 0) & VP9_FLAG.structure) === 0 ? at : afterStructure(bytes, at)
}

/** Where the scalability structure of a descriptor begins; -1 when it has none. */
export function vp9Structure(bytes: Uint8Array, start: number): number {
  const hasStructure = ((bytes[start] ?? 0) & VP9_FLAG.structure) !== 0
  return hasStructure ? afterReferences(bytes, start) : -1
}

function afterReferences(bytes: Uint8Array, start: number): number {
  const first = bytes[start] ?? 0
  const isFlexible = (first & VP9_FLAG.flexible) !== 0
  let at = afterPictureId(bytes, start)
  // TL0PICIDX follows the layers where there are no reference indices.
  if ((first & VP9_FLAG.layerIndices) !== 0) at += isFlexible ? 1 : 2
  if (!isFlexible || (first & VP9_FLAG.interPredicted) === 0) return at
  // N: another one follows.
  for (let index = 1; index < MAX_REFERENCES && ((bytes[at] ?? 0) & 1) !== 0; index += 1) at += 1
  return at + 1
}

/** RFC 9628 §4.2.1: sizes of the layers, and the references of a group of pictures. */
function afterStructure(bytes: Uint8Array, start: number): number {
  const head = bytes[start] ?? 0
  let at = start + 1
  if ((head & 0x10) !== 0) at += 4 * ((head >> 5) + 1)
  if ((head & 0x08) === 0) return at
  const pictures = bytes[at] ?? 0
  at += 1
  for (let index = 0; index < pictures; index += 1) at += 1 + (((bytes[at] ?? 0) >> 2) & 3)
  return at
}

/** The size in an uncompressed header (VP9 bitstream specification §6.2); 0: no key frame. */
function sizeInHeader(reader: BitReader): number {
  if (reader.bits(2) !== FRAME_MARKER) return 0
  const profile = reader.bit() | (reader.bit() << 1)
  if (profile === 3) reader.skip(1)
  const isExisting = reader.bit() === 1
  const isInter = reader.bit() === 1
  reader.skip(2)
  if (isExisting || isInter || reader.bits(24) !== SYNC_CODE) return 0
  skipColor(reader, profile)
  const width = reader.bits(16) + 1
  const height = reader.bits(16) + 1
  return reader.isPastEnd ? 0 : packPictureSize(width, height)
}

/** color_config: §6.2.2. */
function skipColor(reader: BitReader, profile: number): void {
  if (profile >= 2) reader.skip(1)
  const isOdd = profile === 1 || profile === 3
  if (reader.bits(3) === CS_RGB) reader.skip(isOdd ? 1 : 0)
  else reader.skip(isOdd ? 4 : 1)
}
