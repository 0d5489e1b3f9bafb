import type { MediaFrame } from '@duet/media'
import {
  AUDIO_TRACK,
  lastFrameMs,
  OPUS_RATE,
  opusDurationMs,
  VIDEO_TRACK,
} from '../recording/tracks.ts'
import { VIDEO_RATE } from './mp4-head.ts'

/** Flags of samples: a key frame depends on no other, others do (ISO/IEC 14496-12 §8.8.3.1). */
export const KEY_SAMPLE = 0x200_0000
const DELTA_SAMPLE = 0x101_0000

/** tfhd: the base is the moof. trun: offset, durations, sizes and flags are there. */
const DEFAULT_BASE_IS_MOOF = 0x2_0000
const TRUN_FLAGS = 0x701

const MOOF_HEAD_BYTES = 8 + 16
const TRAF_HEAD_BYTES = 8 + 16 + 20 + 20
const SAMPLE_BYTES = 12

interface Sample {
  frame: MediaFrame
  duration: number
}

/** Makes fragments (ISO/IEC 14496-12 §8.8) of the frames of one file. */
export class Fragments {
  readonly #tracks = [new TrackRun(VIDEO_TRACK, VIDEO_RATE), new TrackRun(AUDIO_TRACK, OPUS_RATE)]
  #sequence = 0

  /**
   * A fragment of what is known to end: how long a frame lasts is said by the next one, so that the last
   * frame of each track waits for the next call, unless `isLast`. Undefined when nothing is left then.
   */
  build(frames: readonly MediaFrame[], zeroMs: number, isLast: boolean): Uint8Array | undefined {
    for (const frame of frames) this.#tracks[frame.kind === 'video' ? 0 : 1]?.add(frame, zeroMs)
    if (isLast) for (const track of this.#tracks) track.end()
    const tracks = this.#tracks.filter(({ samples }) => samples.length > 0)
    if (tracks.length === 0) return undefined
    const moofBytes = tracks.reduce((sum, { moofBytes: own }) => sum + own, MOOF_HEAD_BYTES)
    const mediaBytes = tracks.reduce((sum, track) => sum + track.mediaBytes, 0)
    const bytes = Buffer.allocUnsafe(moofBytes + 8 + mediaBytes)
    this.#sequence += 1
    let at = writeHeads(bytes, moofBytes, this.#sequence)
    let mediaAt = moofBytes + 8
    bytes.writeUInt32BE(8 + mediaBytes, moofBytes)
    bytes.write('mdat', moofBytes + 4, 'latin1')
    for (const track of tracks) {
      at = track.writeTraf(bytes, at, mediaAt)
      mediaAt = track.writeMedia(bytes, mediaAt)
    }
    return bytes
  }
}

function writeHeads(bytes: Buffer, moofBytes: number, sequence: number): number {
  bytes.writeUInt32BE(moofBytes, 0)
  bytes.write('moof', 4, 'latin1')
  bytes.writeUInt32BE(16, 8)
  bytes.write('mfhd', 12, 'latin1')
  bytes.writeUInt32BE(0, 16)
  bytes.writeUInt32BE(sequence, 20)
  return MOOF_HEAD_BYTES
}

/** The samples of one track that go into the next fragment. */
class TrackRun {
  readonly #id: number
  readonly #rate: number
  #held: MediaFrame | undefined
  #time = 0
  #start = 0
  #lastDuration: number | undefined
  samples: Sample[] = []
  mediaBytes = 0

  constructor(id: number, rate: number) {
    this.#id = id
    this.#rate = rate
  }

  get moofBytes(): number {
    return TRAF_HEAD_BYTES + this.samples.length * SAMPLE_BYTES
  }

  add(frame: MediaFrame, zeroMs: number): void {
    const time = Math.max(this.#time, Math.round(((frame.timeMs - zeroMs) * this.#rate) / 1000))
    if (this.#held) this.#push(this.#held, time - this.#time)
    this.#held = frame
    this.#time = time
  }

  end(): void {
    const held = this.#held
    if (!held) return
    const previousMs = this.#lastDuration && (this.#lastDuration * 1000) / this.#rate
    const ms = held.kind === 'audio' ? opusDurationMs(held.data) : lastFrameMs(previousMs)
    this.#held = undefined
    this.#push(held, Math.round((ms * this.#rate) / 1000))
  }

  writeTraf(bytes: Buffer, start: number, mediaAt: number): number {
    const { samples } = this
    const words = [this.moofBytes, 'traf', 16, 'tfhd', DEFAULT_BASE_IS_MOOF, this.#id]
    words.push(20, 'tfdt', 0x100_0000, Math.floor(this.#start / 2 ** 32), this.#start % 2 ** 32)
    words.push(20 + samples.length * SAMPLE_BYTES, 'trun', TRUN_FLAGS, samples.length, mediaAt)
    let at = start
    for (const word of words) {
      if (typeof word === 'string') bytes.write(word, at, 'latin1')
      else bytes.writeUInt32BE(word, at)
      at += 4
    }
    for (const { frame, duration } of samples) {
      bytes.writeUInt32BE(duration, at)
      bytes.writeUInt32BE(frame.data.length, at + 4)
      bytes.writeUInt32BE(
        frame.isKeyFrame || frame.kind === 'audio' ? KEY_SAMPLE : DELTA_SAMPLE,
        at + 8,
      )
      at += SAMPLE_BYTES
    }
    return at
  }

  /** Writes the frames, and begins the next fragment. */
  writeMedia(bytes: Buffer, start: number): number {
    let at = start
    for (const { frame } of this.samples) {
      bytes.set(frame.data, at)
      at += frame.data.length
    }
    this.samples = []
    this.mediaBytes = 0
    return at
  }

  #push(frame: MediaFrame, duration: number): void {
    if (this.samples.length === 0) this.#start = this.#time
    this.samples.push({ frame, duration: Math.min(duration, 0xffff_ffff) })
    this.mediaBytes += frame.data.length
    this.#lastDuration = duration
  }
}
