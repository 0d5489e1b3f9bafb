import { packPictureSize } from './picture-size.ts'
import type { VideoFormat } from './video-format.ts'

/** Of a key frame's header: frame tag, start code, width and height (RFC 6386 §9.1). */
const KEY_FRAME_HEADER_BYTES = 10

/** RFC 7741. */
export const vp8: VideoFormat = {
  isKeyFrameStart(bytes, start, end) {
    const frame = frameStart(bytes, start, end)
    return frame >= 0 && ((bytes[frame] ?? 1) & 1) === 0
  },

  pictureSize(bytes, start, end) {
    const frame = frameStart(bytes, start, end)
    if (frame < 0 || frame + KEY_FRAME_HEADER_BYTES > end || ((bytes[frame] ?? 1) & 1) !== 0)
      return 0
    const isCode =
      bytes[frame + 3] === 0x9d && bytes[frame + 4] === 0x01 && bytes[frame + 5] === 0x2a
    if (!isCode) return 0
    return packPictureSize(dimension(bytes, frame + 6), dimension(bytes, frame + 8))
  },
}

/** Little-endian, without the two bits that say how it is to be scaled. */
function dimension(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | (((bytes[at + 1] ?? 0) & 0x3f) << 8)
}

/** Where the VP8 frame begins, after the descriptor; -1 when none begins here (RFC 7741 §4.2). */
function frameStart(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end || !isVp8FrameStart(bytes[start] ?? 0)) return -1
  const at = vp8DescriptorEnd(bytes, start)
  return at < end ? at : -1
}

/** By a descriptor's first byte: S = 1 and PID = 0, the start of the frame's first partition. */
export function isVp8FrameStart(first: number): boolean {
  return (first & 0x17) === 0x10
}

/** Where the descriptor ends that begins at `start` (RFC 7741 §4.2); it may be cut off. */
export function vp8DescriptorEnd(bytes: Uint8Array, start: number): number {
  let at = start + 1
  if (((bytes[start] ?? 0) & 0x80) !== 0) {
    const present = bytes[at] ?? 0
    at += 1
    // I: a picture id of one byte, or of two when M is set; L: TL0PICIDX; T or K: TID and KEYIDX.
    if ((present & 0x80) !== 0) at += ((bytes[at] ?? 0) & 0x80) === 0 ? 1 : 2
    if ((present & 0x40) !== 0) at += 1
    if ((present & 0x30) !== 0) at += 1
  }
  return at
}
