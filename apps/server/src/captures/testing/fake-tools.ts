import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import type {
  Ffmpeg,
  FrameFile,
  LiveOptions,
  LiveState,
  MergeOptions,
  RecordedFile,
  RecordingOptions,
} from '@duet/capture'
import type { CaptureTools } from '../capture-tools.ts'

/** Milliseconds that each frame lasts. */
const FRAME_MS = 20

/** What the file of a recording ends with once it is whole. */
const WHOLE = ' whole'

/** A broadcast that a test lets go as it likes. */
export interface FakeLive {
  options: LiveOptions
  /** Frames as text, with the member before them. */
  written: string[]
  isClosed: boolean
  /** Goes over to this state. */
  go(state: LiveState): void
}

/** A merge that a test ends. */
export interface FakeMerge {
  options: MergeOptions
  finish(): void
  fail(code: string): void
}

/** Tools that write frames as they are, and run no ffmpeg. For tests. */
export class FakeTools implements CaptureTools {
  readonly LIVE_PLAYLIST = 'live.m3u8'
  readonly open: RecordingOptions[] = []
  readonly lives: FakeLive[] = []
  readonly merges: FakeMerge[] = []
  #hanging: Promise<void> | undefined
  /** Undefined: it is not installed. */
  ffmpeg: Ffmpeg | undefined = { path: 'ffmpeg', version: '5.1', encoders: new Set() }

  /** No file is finished until this is resolved. */
  hang(): { resolve: () => void } {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#hanging = promise
    return { resolve }
  }

  readonly findFfmpeg = (): Promise<Ffmpeg | undefined> => Promise.resolve(this.ffmpeg)

  readonly openRecording = (options: RecordingOptions): FrameFile => {
    this.open.push(options)
    const path = `${options.path}.webm`
    let frames = 0
    let bytes = 0
    return {
      get bytes() {
        return bytes
      },
      write: ({ data }) => {
        appendFileSync(path, data)
        frames += 1
        bytes += data.length
      },
      finish: async () => {
        if (this.#hanging) await this.#hanging
        if (frames === 0) return []
        appendFileSync(path, WHOLE)
        return [recorded(path)]
      },
    }
  }

  readonly repairRecording = (path: string): Promise<RecordedFile | undefined> => {
    if (!existsSync(path)) return Promise.reject(new Error('no such file'))
    const content = readFileSync(path, 'utf8')
    if (content === '') return Promise.resolve(undefined)
    if (!content.endsWith(WHOLE)) appendFileSync(path, WHOLE)
    return Promise.resolve(recorded(path))
  }

  readonly mergeRecordings = (options: MergeOptions) => {
    const { promise: done, resolve, reject } = Promise.withResolvers<RecordedFile>()
    const fail = (code: string): void =>
      reject(Object.assign(new Error(`merge: ${code}`), { code }))
    this.merges.push({
      options,
      finish: () => {
        writeFileSync(options.output, 'merged')
        resolve(recorded(options.output))
      },
      fail,
    })
    return { done, close: () => fail('closed') }
  }

  readonly startLive = (options: LiveOptions) => {
    let state: LiveState = { state: 'starting' }
    const live: FakeLive = {
      options,
      written: [],
      isClosed: false,
      go(next) {
        state = next
        options.onState(next)
      },
    }
    this.lives.push(live)
    return {
      get state() {
        return state
      },
      write: (member: 0 | 1, { data }: { data: Uint8Array }) =>
        void live.written.push(`${member} ${new TextDecoder().decode(data)}`),
      close: () => {
        live.isClosed = true
        return Promise.resolve()
      },
    }
  }
}

function recorded(path: string): RecordedFile {
  const { size } = statSync(path)
  return {
    path,
    container: 'webm',
    bytes: size,
    startedMs: 1_700_000_000_000,
    durationMs: FRAME_MS,
    hasAudio: true,
  }
}
