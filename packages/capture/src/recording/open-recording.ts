import type { CancelTimer } from '@duet/base'
import type { MediaFrame } from '@duet/media'
import {
  IDLE_FLUSH_MS,
  MAX_FRAME_BYTES,
  MAX_PARTS,
  MAX_WAITING_FRAMES,
  PICTURE_WAIT_MS,
} from '../limits.ts'
import type { FrameFile, RecordedFile, RecordingFault, RecordingOptions } from '../recording.ts'
import { Part } from './part.ts'
import { videoTrackOf } from './tracks.ts'

/** Begins a recording. Its first file appears with the first frames. */
export function openRecording(options: RecordingOptions): FrameFile {
  return new Recording(options)
}

type State =
  /** Sound that waits for a picture, which decides about the format. */
  | { is: 'waiting'; frames: MediaFrame[] }
  | { is: 'writing'; part: Part }
  /** A fault: what comes is dropped. */
  | { is: 'failed' }
  | { is: 'finished'; files: Promise<readonly RecordedFile[]> }

class Recording implements FrameFile {
  readonly #options: RecordingOptions
  readonly #parts: Part[] = []
  readonly #finished: Promise<RecordedFile | undefined>[] = []
  #state: State = { is: 'waiting', frames: [] }
  /** A key frame has come, and every frame since was written. */
  #hasPicture = false
  /** What went wrong first: it is told once. */
  #fault: RecordingFault | undefined
  #hasNews = false
  readonly #stopIdle: CancelTimer

  constructor(options: RecordingOptions) {
    this.#options = options
    this.#stopIdle = options.clock.every(IDLE_FLUSH_MS, () => this.#handleIdle())
  }

  get bytes(): number {
    return this.#parts.reduce((sum, part) => sum + part.bytes, 0)
  }

  write(frame: MediaFrame): void {
    if (this.#state.is === 'failed' || this.#state.is === 'finished') return
    if (frame.data.length > MAX_FRAME_BYTES) {
      if (frame.kind === 'video') this.#hasPicture = false
      return
    }
    this.#hasNews = true
    if (frame.kind === 'video' && !this.#takesPicture(frame)) return
    if (this.#state.is === 'writing') this.#state.part.write(frame)
    else if (this.#state.is === 'waiting') this.#wait(this.#state.frames, frame)
  }

  finish(): Promise<readonly RecordedFile[]> {
    if (this.#state.is === 'finished') return this.#state.files
    this.#stopIdle()
    if (this.#state.is === 'waiting' && this.#state.frames.length > 0) this.#begin('webm')
    this.#end()
    const files = Promise.all(this.#finished).then((all) => all.filter((one) => one !== undefined))
    this.#state = { is: 'finished', files }
    return files
  }

  /** Makes sure that there is a file that can take this frame of a picture; false when it is to be dropped. */
  #takesPicture(frame: MediaFrame): boolean {
    const part = this.#state.is === 'writing' ? this.#state.part : undefined
    if (!frame.isKeyFrame) return this.#hasPicture && part?.videoCodec === frame.codec
    this.#hasPicture = false
    if (!videoTrackOf(frame)) return false
    const container = frame.codec === 'H264' ? 'mp4' : 'webm'
    const isSameFile =
      part?.container === container && (part.videoCodec ?? frame.codec) === frame.codec
    if (!isSameFile && !this.#begin(container)) return false
    this.#hasPicture = true
    return true
  }

  #wait(frames: MediaFrame[], frame: MediaFrame): void {
    frames.push({ ...frame, data: frame.data.slice() })
    const waitedMs = frame.timeMs - (frames[0]?.timeMs ?? 0)
    if (waitedMs >= PICTURE_WAIT_MS || frames.length >= MAX_WAITING_FRAMES) this.#begin('webm')
  }

  /** Begins another file; false when there were too many. */
  #begin(container: RecordedFile['container']): boolean {
    const number = this.#parts.length + 1
    if (number > MAX_PARTS) {
      this.#fail('too-many-parts', undefined)
      return false
    }
    const waiting = this.#state.is === 'waiting' ? this.#state.frames : []
    this.#end()
    const name = number === 1 ? '' : `-${number}`
    const part = new Part({
      path: `${this.#options.path}${name}.${container}`,
      container,
      onFault: (fault, cause) => this.#fail(fault, cause),
    })
    this.#parts.push(part)
    this.#state = { is: 'writing', part }
    for (const frame of waiting) part.write(frame)
    return true
  }

  #end(): void {
    const part = this.#parts.at(-1)
    if (part && this.#finished.length < this.#parts.length) this.#finished.push(part.finish())
  }

  #fail(fault: RecordingFault, cause: unknown): void {
    if (this.#fault !== undefined) return
    this.#fault = fault
    if (this.#state.is !== 'finished') this.#state = { is: 'failed' }
    this.#options.onFault?.(fault, cause)
  }

  /** Frames have stopped: what is there is written all the same. */
  #handleIdle(): void {
    const hadNews = this.#hasNews
    this.#hasNews = false
    if (hadNews) return
    if (this.#state.is === 'waiting' && this.#state.frames.length > 0) this.#begin('webm')
    if (this.#state.is === 'writing') this.#state.part.flush()
  }
}
