import { messageOf, type Clock, type Logger } from '@duet/base'
import type { RecordedFile } from '@duet/capture'
import type { CaptureFault } from '@duet/protocol'
import { digestOf } from '../accounts/token.ts'
import type { CaptureStart, TellCapture } from './capture-control.ts'
import type { CaptureTools, LoadTools, StreamSource } from './capture-tools.ts'
import { KEEPING_MS, START_RESERVE_BYTES } from './limits.ts'
import { Recorder, type RecorderFault } from './recorder.ts'
import { newRecordingKey, type RecordingKey } from './recording-key.ts'
import type { Recordings } from './recordings.ts'

export interface RecordingRunOptions {
  start: CaptureStart
  media: StreamSource
  recordings: Pick<Recordings, 'begin' | 'keep' | 'discard' | 'directory'>
  loadTools: LoadTools
  maxBytes: number
  clock: Clock
  /** The one whose time frames have. */
  frameClock: Clock
  logger: Logger
  tell: TellCapture
  /** It takes nothing more. */
  onEnded: () => void
}

/** preparing: nothing is read yet. over: its files are whole, and its members know. */
type RunState =
  | { name: 'preparing' }
  | { name: 'recording'; recorder: Recorder }
  | { name: 'finishing' }
  | { name: 'over' }

/** Which faults of the disk people can do something about. */
const FAULTS: Partial<Record<RecorderFault, CaptureFault>> = {
  'disk-full': 'disk-full',
  'no-media': 'no-media',
}

/** One recording from the start that the core allowed to files that are whole. */
export class RecordingRun {
  readonly #options: RecordingRunOptions
  readonly #key: RecordingKey = newRecordingKey()
  readonly #logger: Logger
  readonly #over = Promise.withResolvers<void>()
  #state: RunState = { name: 'preparing' }
  /** Whether members know that one's media is missing; undefined: they do not know that it runs. */
  #told: boolean | undefined
  /** Resolves when it is over. Never rejects. */
  readonly done: Promise<void>

  constructor(options: RecordingRunOptions) {
    this.#options = options
    this.#logger = options.logger.with({ recording: this.#key.id })
    this.done = this.#over.promise
    options.tell(options.start, { state: 'starting' })
    void this.#prepare()
  }

  /** Nothing that comes from now on is taken. Idempotent. */
  stop(): void {
    void this.#finish({ state: 'stopped' })
  }

  async #prepare(): Promise<void> {
    const { recordings, start, loadTools, clock } = this.#options
    const { id, key } = this.#key
    try {
      const tools = await loadTools()
      if ((await recordings.directory.freeBytes()) < START_RESERVE_BYTES) {
        this.#end({ state: 'failed', fault: 'disk-full' })
        return
      }
      if (this.#state.name !== 'preparing') return
      await recordings.begin({
        id,
        keyDigest: digestOf(key),
        room: start.room,
        startedAt: clock.now(),
        endedAt: null,
        state: 'recording',
        fault: null,
        files: [],
        names: start.members.map(({ name }) => name),
        users: start.members.flatMap(({ user }) => (user === undefined ? [] : [user])),
      })
      if (this.#state.name === 'preparing') this.#record(tools)
      else await recordings.discard(id)
    } catch (error) {
      this.#logger.error('a recording could not begin', { error: messageOf(error) })
      void recordings.discard(id)
      this.#end({ state: 'failed', ...faultOf(error) })
    }
  }

  #record(tools: CaptureTools): void {
    const { media, start, recordings, maxBytes, clock, frameClock } = this.#options
    const recorder = new Recorder({
      media,
      start,
      openRecording: tools.openRecording,
      pathOf: (member) => recordings.directory.memberPath(this.#key.id, member),
      freeBytes: () => recordings.directory.freeBytes(),
      maxBytes,
      clock,
      frameClock,
      onRunning: (isPartial) => this.#tellRunning(isPartial),
      onFault: (fault, cause) => this.#handleFault(fault, cause),
    })
    this.#state = { name: 'recording', recorder }
    this.#logger.info('a recording began')
  }

  #tellRunning(isPartial: boolean): void {
    if (this.#told === isPartial) return
    this.#told = isPartial
    const { tell, start } = this.#options
    tell(start, {
      state: 'running',
      recording: this.#key,
      ...(isPartial && { fault: 'no-media' }),
    })
  }

  #handleFault(fault: RecorderFault, cause: unknown): void {
    if (fault !== 'too-long') {
      this.#logger.warn('a recording ends early', {
        fault,
        ...(cause !== undefined && { error: messageOf(cause) }),
      })
    }
    const told = FAULTS[fault]
    void this.#finish(
      fault === 'too-long'
        ? { state: 'stopped' }
        : { state: 'failed', ...(told && { fault: told }) },
    )
  }

  async #finish(outcome: Outcome): Promise<void> {
    const state = this.#state
    if (state.name === 'preparing') {
      this.#end(outcome)
      return
    }
    if (state.name !== 'recording') return
    const files = state.recorder.finish()
    this.#state = { name: 'finishing' }
    this.#options.onEnded()
    await this.#keep(await files, outcome)
    this.#over.resolve()
  }

  /** What is there is kept; its members are told at once, also while the database is away. */
  async #keep(files: readonly (readonly RecordedFile[])[], outcome: Outcome): Promise<void> {
    const { recordings, clock } = this.#options
    const { id } = this.#key
    if (files.every((parts) => parts.length === 0)) {
      await recordings.discard(id)
      this.#tellEnd(outcome)
      return
    }
    const late = Promise.withResolvers<void>()
    const cancel = clock.after(KEEPING_MS, late.resolve)
    const fault = outcome.fault ?? null
    const keeping = recordings.keep(id, { files, endedAt: clock.now(), fault })
    await Promise.race([keeping, late.promise])
    cancel()
    this.#tellEnd({ ...outcome, recording: this.#key })
    await keeping
  }

  /** It ends without having read anything. */
  #end(outcome: Outcome): void {
    if (this.#state.name !== 'preparing') return
    this.#options.onEnded()
    this.#tellEnd(outcome)
    this.#over.resolve()
  }

  #tellEnd(outcome: Outcome): void {
    this.#state = { name: 'over' }
    this.#options.tell(this.#options.start, outcome)
    this.#logger.info('a recording ended', { state: outcome.state, fault: outcome.fault })
  }
}

/** How it ended, as its members are told. */
interface Outcome {
  state: 'stopped' | 'failed'
  fault?: CaptureFault
  recording?: RecordingKey
}

function faultOf(error: unknown): { fault?: CaptureFault } {
  const isFull = ['ENOSPC', 'EDQUOT'].includes(String((error as { code?: unknown }).code))
  return isFull ? { fault: 'disk-full' } : {}
}
