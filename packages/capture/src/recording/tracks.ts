import type { MediaFrame } from '@duet/media'
import { MAX_DESCRIPTION_BYTES, MAX_LAST_FRAME_MS } from '../limits.ts'
import type { VideoCodec } from '../recording.ts'

/** What a file says of its picture before all frames. */
export interface VideoTrack {
  codec: VideoCodec
  width: number
  height: number
  /** avcC or av1C. */
  description?: Uint8Array
  /** It was described in more than one way so far. */
  isVarying?: boolean
}

/** What a file says of its tracks before all frames. */
export interface Tracks {
  video?: VideoTrack
  hasAudio: boolean
}

/** Numbers of the tracks, in all files. */
export const VIDEO_TRACK = 1
export const AUDIO_TRACK = 2

/** What a WebRTC client sends is stereo by its description, whatever is in it (RFC 7587 §7). */
export const OPUS_CHANNELS = 2
export const OPUS_RATE = 48_000
const MAX_OPUS_MS = 120

/** The track of a key frame; undefined when it does not say enough of itself. */
export function videoTrackOf(frame: MediaFrame): VideoTrack | undefined {
  const { codec, width, height, description } = frame
  if (codec === 'Opus' || !frame.isKeyFrame || !width || !height) return undefined
  if (codec === 'VP8' || codec === 'VP9') return { codec, width, height }
  if (!description || description.length > MAX_DESCRIPTION_BYTES) return undefined
  return { codec, width, height, description }
}

/** How long the packet sounds, in milliseconds (RFC 6716 §3.1, §3.2.5). */
export function opusDurationMs(packet: Uint8Array): number {
  const [toc = 0, count = 0] = packet
  const config = toc >> 3
  const frames = [1, 2, 2, count & 0x3f][toc & 3] ?? 1
  return Math.min(frames * frameMsOf(config), MAX_OPUS_MS)
}

function frameMsOf(config: number): number {
  if (config < 12) return [10, 20, 40, 60][config & 3] ?? 20
  if (config < 16) return [10, 20][config & 1] ?? 20
  return [2.5, 5, 10, 20][config & 3] ?? 20
}

/** How long the last frame of a picture is shown: as long as the one before. */
export function lastFrameMs(previousMs: number | undefined): number {
  return Math.min(previousMs ?? 33, MAX_LAST_FRAME_MS)
}
