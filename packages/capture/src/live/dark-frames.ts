import type { VideoCodec } from '../recording.ts'

/** A black key frame of 64x64 in each codec, as its own encoder made it: shown while a member has no picture. */
export const DARK_FRAMES: Record<VideoCodec, Uint8Array> = {
  VP8: Buffer.from('8AIAnQEqQABAAABHCIWFiIWEiAICAAZwPEJgCrIg9zAA/v+rUIA=', 'base64'),
  VP9: Buffer.from('gkmDQgAD8AP2ADgkHBhCAAAwYAAAZz///1mvETuzAA==', 'base64'),
  AV1: Buffer.from('CgoAAAACr/+bXyAIMg4QAIEAAAIAAAAAGqmBiw==', 'base64'),
  // With its parameter sets.
  H264: Buffer.from(
    'AAAAF2dCwArZBCbARAAAAwAEAAADAMg8SJkgAAAABWjLg8sgAAAAFmWIhAryYoAAp7ycnJ1111111111114=',
    'base64',
  ),
}

export const DARK_SIZE = 64

/** 20 ms of silence (RFC 6716 §3.1): CELT, fullband, stereo. */
export const SILENCE = Uint8Array.of(0xfc, 0xff, 0xfe)
