import { messageOf, type Clock, type Logger } from '@duet/base'
import type { RecordedFile } from '@duet/capture'
import type { CaptureFault } from '@duet/protocol'
import { digestOf } from '../accounts/token.ts'
import type { CaptureStart, TellCapture } from './capture-control.ts'
import type { CaptureTools, LoadTools, StreamSource } from './capture-tools.ts'
import { KEEPING_MS, START_RESERVE_BYTES, WHOLE_MS } from './limits.ts'
import { Recorder, type RecorderFault } from './recorder.ts'
import type { MemberIndex } from './member-frames.ts'
import { newRecordingKey, type RecordingKey } from './recording-key.ts'
import type { Recording } from '../store/recording-store.ts'
import type { Recordings } from './recordings.ts'

export interface RecordingRunOptions {
  start: CaptureStart
  media: StreamSource
  recordings: Pick<Recordings, 'hasRoom' | 'begin' | 'keep' | 'discard' | 'directory'>
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

/** preparing: nothing is read yet. finishing: nothing is taken any more. over: its files are whole. */
type RunState =
  | { name: 'preparing' }
  | { name: 'recording'; recorder: Recorder }
  | { name: 'finishing' }
  | { name: 'over' }

/** no-room: it would be more than all recordings may take. */
type RunFault = RecorderFault | 'no-room'

/** How each ends it: after some there is simply no more of it. */
const OUTCOMES: Record<RunFault, Outcome> = {
  'disk-full': { state: 'failed', fault: 'disk-full' },
  'disk-slow': { state: 'failed', fault: 'disk-slow' },
  'disk-failed': { state: 'failed', fault: 'disk-failed' },
  'no-media': { state: 'failed', fault: 'no-media' },
  'no-room': { state: 'failed', fault: 'no-room' },
  'too-long': { state: 'stopped' },
  'too-many-parts': { state: 'stopped' },
}

/** One recording from the start that the core allowed to files that are whole. */
export class RecordingRun {
  readonly #options: RecordingRunOptions
  readonly #key: RecordingKey = newRecordingKey()
  readonly #logger: Logger
  readonly #over = Promise.withResolvers<void>()
  #state: RunState = { name: 'preparing' }
  /** Whose media members know to be missing; undefined: they do not know that it runs. */
  #missing: readonly MemberIndex[] | undefined
  #hasToldEnd = false
  #lastBytes = 0
  /** What went wrong while its files were finished. */
  #lateFault: CaptureFault | undefined
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
    const users = start.members.flatMap(({ user }) => (user === undefined ? [] : [user]))
    try {
      const tools = await loadTools()
      if ((await recordings.directory.freeBytes()) < START_RESERVE_BYTES) {
        this.#end(OUTCOMES['disk-full'])
        return
      }
      if (!(await recordings.hasRoom(users))) {
        this.#end(OUTCOMES['no-room'])
        return
      }
      if (this.#state.name !== 'preparing') return
      const recording: Recording = {
        id,
        keyDigest: digestOf(key),
        room: start.room,
        startedAt: clock.now(),
        endedAt: null,
        state: 'recording',
        fault: null,
        files: [],
        names: start.members.map(({ name }) => name),
        users,
      }
      const end = (): void => this.#handleFault('no-room', undefined)
      await recordings.begin(recording, { bytes: () => this.#bytes, end })
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
      onRunning: (missing) => this.#tellRunning(missing),
      onFault: (fault, cause) => this.#handleFault(fault, cause),
    })
    this.#state = { name: 'recording', recorder }
    this.#logger.info('a recording began')
  }

  /** Written so far; of files that are being finished it is known later. */
  get #bytes(): number {
    return this.#state.name === 'recording' ? this.#state.recorder.bytes : this.#lastBytes
  }

  #tellRunning(missing: readonly MemberIndex[]): void {
    if (this.#missing?.join() === missing.join()) return
    this.#missing = missing
    const { tell, start } = this.#options
    const ids = missing.flatMap((member) => start.members[member]?.id ?? [])
    tell(start, {
      state: 'running',
      recording: this.#key,
      ...(ids.length > 0 && { fault: 'no-media', missing: ids }),
    })
  }

  #handleFault(fault: RunFault, cause: unknown): void {
    const outcome = OUTCOMES[fault]
    if (outcome.state === 'failed') {
      this.#logger.warn('a recording ends early', {
        fault,
        ...(cause !== undefined && { error: messageOf(cause) }),
      })
    }
    if (this.#state.name === 'finishing') this.#lateFault = outcome.fault
    else void this.#finish(outcome)
  }

  async #finish(outcome: Outcome): Promise<void> {
    const state = this.#state
    if (state.name === 'preparing') {
      this.#end(outcome)
      return
    }
    if (state.name !== 'recording') return
    const { recorder } = state
    this.#lastBytes = recorder.bytes
    this.#state = { name: 'finishing' }
    const finishing = recorder.finish()
    this.#options.onEnded()
    // A disk that hangs may hang for long.
    if (outcome.state === 'failed') this.#tellEnd(outcome, this.#missing !== undefined)
    const cancel = this.#options.clock.after(WHOLE_MS, () =>
      this.#tellEnd({ ...outcome, fault: 'disk-slow' }, true),
    )
    const files = await finishing
    cancel()
    const fault = outcome.fault ?? this.#lateFault
    await this.#keep(files, { state: outcome.state, ...(fault && { fault }) })
    this.#state = { name: 'over' }
    this.#over.resolve()
  }

  /** What is there is kept; its members are told at once, also while the database is away. */
  async #keep(files: readonly (readonly RecordedFile[])[], outcome: Outcome): Promise<void> {
    const { recordings, clock } = this.#options
    const { id } = this.#key
    if (files.every((parts) => parts.length === 0)) {
      this.#tellEnd(outcome, false)
      await recordings.discard(id)
      return
    }
    const late = Promise.withResolvers<void>()
    const cancel = clock.after(KEEPING_MS, late.resolve)
    const fault = outcome.fault ?? null
    const keeping = recordings.keep(id, { files, endedAt: clock.now(), fault })
    await Promise.race([keeping, late.promise])
    cancel()
    this.#tellEnd(outcome, true)
    await keeping
  }

  /** It ends without having read anything. */
  #end(outcome: Outcome): void {
    if (this.#state.name !== 'preparing') return
    this.#state = { name: 'over' }
    this.#options.onEnded()
    this.#tellEnd(outcome, false)
    this.#over.resolve()
  }

  /** Once. `isKept`: there is something of it. */
  #tellEnd(outcome: Outcome, isKept: boolean): void {
    if (this.#hasToldEnd) return
    this.#hasToldEnd = true
    const { tell, start } = this.#options
    tell(start, { ...outcome, ...(isKept && { recording: this.#key }) })
    this.#logger.info('a recording ended', { state: outcome.state, fault: outcome.fault })
  }
}

/** How it ended, as its members are told. */
interface Outcome {
  state: 'stopped' | 'failed'
  fault?: CaptureFault
}

function faultOf(error: unknown): { fault?: CaptureFault } {
  const isFull = ['ENOSPC', 'EDQUOT'].includes(String((error as { code?: unknown }).code))
  return isFull ? { fault: 'disk-full' } : {}
}
