import { av1 } from './av1.ts'
import { h264 } from './h264.ts'
import { vp8 } from './vp8.ts'
import { vp9 } from './vp9.ts'

/** What a router must know of a codec's RTP payload, in `bytes[start..end)` without padding. */
export interface VideoFormat {
  /** Whether a decoder can begin with this packet. */
  isKeyFrameStart(bytes: Uint8Array, start: number, end: number): boolean
  /**
   * The size of the picture that begins here, for `pictureWidth` and `pictureHeight`; 0 when this
   * packet does not tell it.
   */
  pictureSize(bytes: Uint8Array, start: number, end: number): number
}

/** By the names of `VideoInfo`. */
export const VIDEO_FORMATS = {
  H264: h264,
  VP8: vp8,
  VP9: vp9,
  AV1: av1,
} as const satisfies Record<string, VideoFormat>
