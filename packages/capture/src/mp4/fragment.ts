import type { FrameBatch } from '../recording/frame-batch.ts'
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
const MDAT_HEAD_BYTES = 8
const HEADS_BYTES = MOOF_HEAD_BYTES + MDAT_HEAD_BYTES
const TRAF_HEAD_BYTES = 8 + 16 + 20 + 20
const SAMPLE_BYTES = 12

interface Sample {
  /** Of its frame in the batch. */
  index: number
  duration: number
}

/** Makes fragments (ISO/IEC 14496-12 §8.8) of the frames of one file. */
export class Fragments {
  readonly #tracks = [new TrackRun(VIDEO_TRACK, VIDEO_RATE), new TrackRun(AUDIO_TRACK, OPUS_RATE)]
  #sequence = 0

  /**
   * Begins a fragment of what is known to end: how long a frame lasts is said by the next one, so that
   * the last frame of each track stays in the batch for the next one, unless `isLast`. Returns how long
   * it is; 0 when nothing is left then.
   */
  begin(frames: FrameBatch, zeroMs: number, isLast: boolean): number {
    for (const index of frames.order) {
      this.#tracks[frames.isVideo(index) ? 0 : 1]?.add(frames, index, zeroMs)
    }
    if (isLast) for (const track of this.#tracks) track.end(frames)
    const tracks = this.#begun
    if (tracks.length === 0) {
      this.#letGo(frames)
      return 0
    }
    return tracks.reduce((sum, track) => sum + track.moofBytes + track.mediaBytes, HEADS_BYTES)
  }

  /** Writes what was begun; what stays in the batch is all that is left of it then. */
  write(frames: FrameBatch, bytes: Buffer): void {
    const tracks = this.#begun
    const moofBytes = tracks.reduce((sum, { moofBytes: own }) => sum + own, MOOF_HEAD_BYTES)
    const mediaBytes = tracks.reduce((sum, track) => sum + track.mediaBytes, 0)
    this.#sequence += 1
    let at = writeHeads(bytes, moofBytes, this.#sequence)
    let mediaAt = moofBytes + MDAT_HEAD_BYTES
    bytes.writeUInt32BE(MDAT_HEAD_BYTES + mediaBytes, moofBytes)
    bytes.write('mdat', moofBytes + 4, 'latin1')
    for (const track of tracks) {
      at = track.writeTraf(frames, bytes, { at, mediaAt })
      mediaAt = track.writeMedia(frames, bytes, mediaAt)
    }
    this.#letGo(frames)
  }

  #letGo(frames: FrameBatch): void {
    frames.keep(this.#tracks.flatMap((track) => track.letGo()))
  }

  /** Tracks of which there is something in this fragment. */
  get #begun(): TrackRun[] {
    return this.#tracks.filter(({ samples }) => samples.length > 0)
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
  /** The frame whose end is not known; undefined before the first one. */
  #held: number | undefined
  /** It was added before. */
  #isKept = false
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

  add(frames: FrameBatch, index: number, zeroMs: number): void {
    if (this.#isKept) {
      // It is the first one of this track.
      this.#isKept = false
      this.#held = index
      return
    }
    const passed = Math.round(((frames.timeMs(index) - zeroMs) * this.#rate) / 1000)
    const time = Math.max(this.#time, passed)
    if (this.#held !== undefined) this.#push(frames, this.#held, time - this.#time)
    this.#held = index
    this.#time = time
  }

  end(frames: FrameBatch): void {
    const held = this.#held
    if (held === undefined) return
    const previousMs = this.#lastDuration && (this.#lastDuration * 1000) / this.#rate
    const ms = frames.isVideo(held) ? lastFrameMs(previousMs) : opusDurationMs(frames.data(held))
    this.#held = undefined
    this.#push(frames, held, Math.round((ms * this.#rate) / 1000))
  }

  writeTraf(
    frames: FrameBatch,
    bytes: Buffer,
    { at: start, mediaAt }: { at: number; mediaAt: number },
  ): number {
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
    for (const { index, duration } of samples) {
      bytes.writeUInt32BE(duration, at)
      bytes.writeUInt32BE(frames.length(index), at + 4)
      bytes.writeUInt32BE(frames.isEntry(index) ? KEY_SAMPLE : DELTA_SAMPLE, at + 8)
      at += SAMPLE_BYTES
    }
    return at
  }

  writeMedia(frames: FrameBatch, bytes: Buffer, start: number): number {
    let at = start
    for (const { index } of this.samples) at = frames.copy(index, bytes, at)
    return at
  }

  /** Begins the next fragment; returns what is to stay in the batch: the frame that was held. */
  letGo(): number[] {
    this.samples = []
    this.mediaBytes = 0
    if (this.#held === undefined) return []
    this.#isKept = true
    return [this.#held]
  }

  #push(frames: FrameBatch, index: number, duration: number): void {
    if (this.samples.length === 0) this.#start = this.#time
    this.samples.push({ index, duration: Math.min(duration, 0xffff_ffff) })
    this.mediaBytes += frames.length(index)
    this.#lastDuration = duration
  }
}
