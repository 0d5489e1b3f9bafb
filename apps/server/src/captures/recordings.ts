import { messageOf, type CancelTimer, type Clock, type Logger } from '@duet/base'
import type { MergeInput, RecordedFile } from '@duet/capture'
import type { UserId } from '@duet/rules'
import { Retrier } from '../people/retrier.ts'
import type {
  RecordedFileInfo,
  Recording,
  RecordingOwner,
  RecordingStore,
} from '../store/recording-store.ts'
import type { LoadTools } from './capture-tools.ts'
import { GROWTH_WATCH_MS, RETENTION_MS, START_RESERVE_BYTES } from './limits.ts'
import { MergeQueue } from './merge-queue.ts'
import { MERGED_FILE, type RecordingsDirectory } from './recordings-directory.ts'
import { recoverUnfinished } from './recovery.ts'
import { Retention, type GrowingRecording } from './retention.ts'

export interface RecordingsOptions {
  store: RecordingStore
  directory: RecordingsDirectory
  loadTools: LoadTools
  /** As configured. */
  ffmpeg: string | undefined
  /** How long they are kept; null: until somebody deletes them. */
  keepMs: number | null
  /** How much they may take together; null: any amount. */
  maxBytes: number | null
  clock: Clock
  logger: Logger
}

/** What was recorded. */
export interface KeptFiles {
  /** Of both members, in order. */
  files: readonly (readonly RecordedFile[])[]
  endedAt: number
  fault: string | null
  /** Its server died meanwhile. */
  isInterrupted?: boolean
}

/** All recordings that there are, with their files, until they go. */
export class Recordings {
  readonly directory: RecordingsDirectory
  readonly #options: RecordingsOptions
  readonly #merges: MergeQueue
  readonly #retention: Retention
  readonly #retrier: Retrier
  readonly #stopTimers: readonly CancelTimer[]
  /** Those that are being recorded. */
  readonly #active = new Map<string, GrowingRecording>()
  /** Some were not merged as too many waited. */
  #hasPutOff = false
  #isClosed = false

  constructor(options: RecordingsOptions) {
    const { directory, store, keepMs, maxBytes, clock, logger } = options
    this.#options = options
    this.directory = directory
    this.#merges = new MergeQueue({
      freeBytes: () => directory.freeBytes(),
      clock,
      logger,
      onRoom: () => this.#takeUp(),
    })
    this.#retrier = new Retrier(clock, logger)
    this.#retention = new Retention({
      store,
      keepMs,
      maxBytes,
      clock,
      logger,
      growing: () => this.#active.values(),
      remove: (id) => this.delete(id),
    })
    const sweepGrowing = (): void => void (this.#active.size > 0 && this.sweep())
    this.#stopTimers = [
      clock.every(RETENTION_MS, () => void this.sweep()),
      ...(maxBytes === null ? [] : [clock.every(GROWTH_WATCH_MS, sweepGrowing)]),
    ]
  }

  /** Whether a merge may wait here; what is put off is taken up later. */
  takesMerge(): boolean {
    if (!this.#merges.isFull) return true
    this.#hasPutOff = true
    return false
  }

  /** Between 0 and 1; undefined: it is not being merged. */
  progressOf(id: string): number | undefined {
    return this.#merges.progressOf(id)
  }

  /** When it is deleted by itself, unless there are too many before; null: never, or not known yet. */
  expiryOf({ endedAt }: Recording): number | null {
    const { keepMs } = this.#options
    return keepMs === null || endedAt === null ? null : endedAt + keepMs
  }

  /** Those that this user was in. */
  of(userId: UserId, page: { before?: number; limit: number }): Promise<Recording[]> {
    return this.#options.store.recordingsOf(userId, page)
  }

  byId(id: string): Promise<Recording | undefined> {
    return this.#options.store.byId(id)
  }

  /** Whether `--recordings-max` leaves room to begin one with these users in it. Rejects without the database. */
  hasRoom(users: readonly UserId[]): Promise<boolean> {
    const bytes = Math.min(START_RESERVE_BYTES, (this.#options.maxBytes ?? Infinity) / 8)
    return this.#retention.makeRoom(ownerOf(users), bytes)
  }

  /** Makes its folder, and keeps what is known of it. Rejects when either can't be done. */
  async begin(recording: Recording, growing: Omit<GrowingRecording, 'owner'>): Promise<void> {
    const { id, users } = recording
    this.#active.set(id, { ...growing, owner: ownerOf(users) })
    await this.directory.create(id)
    await this.#options.store.begin(recording)
  }

  /** Whether it is being recorded now, by this server. */
  isActive(id: string): boolean {
    return this.#active.has(id)
  }

  /** Nothing came of it. Never rejects. */
  async discard(id: string): Promise<void> {
    this.#active.delete(id)
    await this.directory.remove(id).catch((error: unknown) => this.#warn(id, error))
    await this.#retrier.run('forgetting a recording', () => this.#options.store.delete(id))
  }

  /** It is recorded: what is in its files is kept, and merged later. Never rejects. */
  async keep(
    id: string,
    { files, endedAt, fault, isInterrupted = false }: KeptFiles,
  ): Promise<void> {
    const { store } = this.#options
    const infos = files.flatMap((parts, member) =>
      parts.map((part) => infoOf(part, member === 0 ? 0 : 1)),
    )
    for (const { path } of files.flat()) {
      await this.directory.makePrivate(path).catch((error: unknown) => this.#warn(id, error))
    }
    const state = isInterrupted ? 'interrupted' : 'merging'
    const change = { endedAt, fault, files: infos, state } as const
    let isThere = false
    await this.#retrier.run('keeping a recording', async () => {
      isThere = await store.change(id, change)
    })
    this.#active.delete(id)
    if (!isThere || this.#isClosed) return
    void this.#merge(id, { files, endedAt, fault, isInterrupted }, infos)
  }

  /** False when there is none. Rejects when the database is away: then it is still there. */
  async delete(id: string): Promise<boolean> {
    this.#merges.cancel(id)
    await this.directory.hide(id)
    const isDeleted = await this.#options.store.delete(id).catch(async (error: unknown) => {
      await this.directory.show(id)
      throw error
    })
    await this.directory.remove(id)
    return isDeleted
  }

  /** Deletes what is too old, or too much. Never rejects. */
  async sweep(): Promise<void> {
    await this.#retention.sweep()
  }

  /** Lets no merge begin, and ends the one that runs: the next start does them. Idempotent. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const stop of this.#stopTimers) stop()
    this.#merges.close()
    this.#retrier.close()
  }

  async #merge(id: string, kept: KeptFiles, infos: readonly RecordedFileInfo[]): Promise<void> {
    const { store, logger } = this.#options
    if (!this.takesMerge()) return
    const merged = await this.#merged(id, kept).catch((error: unknown) => {
      logger.error('a recording could not be merged', { recording: id, error: messageOf(error) })
      return { fault: 'ffmpeg-failed' }
    })
    if (merged === 'put-off') {
      this.#hasPutOff = true
      return
    }
    const change = {
      state: kept.isInterrupted === true ? ('interrupted' as const) : ('ready' as const),
      files: 'file' in merged ? [...infos, merged.file] : infos,
      fault: kept.fault ?? ('fault' in merged ? merged.fault : null),
    }
    await this.#retrier.run('keeping a merged recording', () => store.change(id, change))
    await this.sweep()
  }

  /** The merged file, or why there is none. */
  async #merged(
    id: string,
    { files }: KeptFiles,
  ): Promise<{ file: RecordedFileInfo } | { fault: string | null } | 'put-off'> {
    const { loadTools, ffmpeg: path, store } = this.#options
    const tools = await loadTools()
    const ffmpeg = await tools.findFfmpeg(path)
    if (!ffmpeg) return { fault: 'no-ffmpeg' }
    const bytes = files.flat().reduce((sum, file) => sum + file.bytes, 0)
    const users = (await store.byId(id))?.users
    if (!users) return 'put-off'
    if (!(await this.#retention.makeRoom(ownerOf(users), bytes))) return { fault: 'no-merge-space' }
    const outcome = await this.#merges.add({
      id,
      inputs: [inputOf(files[0]), inputOf(files[1])],
      bytes,
      output: this.directory.mergedPath(id),
      ffmpeg,
      tools,
    })
    if (outcome.name === 'put-off') return 'put-off'
    if (outcome.name === 'no-space') return { fault: 'no-merge-space' }
    if (outcome.name === 'failed') return { fault: 'ffmpeg-failed' }
    const { file } = outcome
    await this.directory.makePrivate(file.path)
    return {
      file: { name: MERGED_FILE, member: null, bytes: file.bytes, durationMs: file.durationMs },
    }
  }

  /** There is room for what was put off. */
  #takeUp(): void {
    if (!this.#hasPutOff || this.#isClosed) return
    this.#hasPutOff = false
    const { store, loadTools, clock, logger } = this.#options
    void recoverUnfinished({ store, recordings: this, loadTools, clock, logger })
  }

  #warn(id: string, error: unknown): void {
    this.#options.logger.warn('a file of a recording could not be changed', {
      recording: id,
      error: messageOf(error),
    })
  }
}

function infoOf(file: RecordedFile, member: 0 | 1): RecordedFileInfo {
  const name = file.path.slice(file.path.lastIndexOf('/') + 1)
  return { name, member, bytes: file.bytes, durationMs: file.durationMs }
}

function ownerOf(users: readonly UserId[]): RecordingOwner {
  return users.length > 0 ? 'accounts' : 'nobody'
}

function inputOf(parts: readonly RecordedFile[] = []): MergeInput {
  return { parts }
}
