import type { Writable } from 'node:stream'
import type { MediaFrame } from '@duet/media'
import type { VideoTrack } from '../recording/tracks.ts'
import { FrameBatch } from '../recording/frame-batch.ts'
import { withParameterSets } from '../recording/parameter-sets.ts'
import { clusterLength, matroskaStreamHead, writeCluster } from '../webm/matroska.ts'
import { DARK_FRAMES, SILENCE } from './dark-frames.ts'
import {
  DARK_INTERVAL_MS,
  FILL_DELAY_MS,
  MAX_PIPE_BYTES,
  MAX_SKEW_MS,
  PICTURE_STALL_MS,
  SOUND_STALL_MS,
} from './limits.ts'

export interface MemberFeedOptions {
  pipe: Writable
  /** The codec cannot change in one pipe. */
  video: VideoTrack
  /** When the broadcast began, by the frames' clock: its times count from there. */
  zeroMs: number
  nowMs: number
  onKeyFrameNeeded: () => void
}

/**
 * One member's way into ffmpeg, which waits for every input: a picture that stops goes on as a dark one, sound
 * that stops as silence. What ffmpeg does not take in time is dropped.
 */
export class MemberFeed {
  readonly #options: MemberFeedOptions
  readonly #batch = new FrameBatch()
  /** Dark until a key frame comes; the times are those of the last frame written. */
  #isDark = true
  #pictureMs: number
  #soundMs: number
  #lastPictureAt = -Infinity

  constructor(options: MemberFeedOptions) {
    this.#options = options
    const { pipe, video, nowMs } = options
    this.#pictureMs = nowMs - FILL_DELAY_MS
    this.#soundMs = this.#pictureMs
    pipe.write(matroskaStreamHead({ video, hasAudio: true }))
    this.#writeDark(this.#pictureMs)
    this.#writeSilence(this.#soundMs)
  }

  get codec(): VideoTrack['codec'] {
    return this.#options.video.codec
  }

  write(frame: MediaFrame, nowMs: number): void {
    if (Math.abs(frame.timeMs - nowMs) > MAX_SKEW_MS) return
    if (frame.kind === 'audio') this.#writeSound(frame)
    else if (frame.codec === this.codec) this.#writePicture(frame, nowMs)
  }

  /** Fills in what is missing. */
  tick(nowMs: number): void {
    const fillMs = nowMs - FILL_DELAY_MS
    if (nowMs - this.#lastPictureAt >= PICTURE_STALL_MS) this.#isDark = true
    if (this.#isDark && fillMs - this.#pictureMs >= DARK_INTERVAL_MS) this.#writeDark(fillMs)
    if (nowMs - this.#soundMs >= SOUND_STALL_MS) this.#writeSilence(fillMs)
  }

  #writePicture(frame: MediaFrame, nowMs: number): void {
    if (this.#isClogged) this.#isDark = true
    if (this.#isDark && (!frame.isKeyFrame || this.#isClogged)) {
      this.#options.onKeyFrameNeeded()
      return
    }
    this.#isDark = false
    this.#lastPictureAt = nowMs
    // After a dark one that came later than this was captured.
    this.#pictureMs = Math.max(this.#pictureMs + 1, frame.timeMs)
    this.#put({ ...withParameterSets(frame), timeMs: this.#pictureMs })
  }

  #writeSound(frame: MediaFrame): void {
    if (this.#isClogged || frame.timeMs <= this.#soundMs) return
    this.#soundMs = frame.timeMs
    this.#put(frame)
  }

  #writeDark(timeMs: number): void {
    if (this.#isClogged) return
    this.#pictureMs = Math.max(this.#pictureMs, timeMs)
    const data = DARK_FRAMES[this.codec]
    this.#put({ kind: 'video', codec: this.codec, data, isKeyFrame: true, timeMs: this.#pictureMs })
  }

  #writeSilence(timeMs: number): void {
    if (this.#isClogged) return
    this.#soundMs = Math.max(this.#soundMs, timeMs)
    this.#put({
      kind: 'audio',
      codec: 'Opus',
      data: SILENCE,
      isKeyFrame: true,
      timeMs: this.#soundMs,
    })
  }

  #put(frame: MediaFrame): void {
    const { pipe, zeroMs } = this.#options
    if (!pipe.writable) return
    this.#batch.add(frame)
    const cluster = Buffer.allocUnsafe(clusterLength(this.#batch))
    writeCluster(this.#batch, zeroMs, cluster)
    pipe.write(cluster)
    this.#batch.keep([])
  }

  get #isClogged(): boolean {
    return this.#options.pipe.writableLength > MAX_PIPE_BYTES
  }
}
