import { messageOf, SerialQueue, type Clock, type Logger } from '@duet/base'
import type { Ffmpeg, Merge, MergedFile, MergeInput } from '@duet/capture'
import type { CaptureTools } from './capture-tools.ts'
import { MAX_WAITING_MERGES, RESERVE_BYTES, WATCH_MS } from './limits.ts'

/** What is to be merged. */
export interface MergeRequest {
  /** Of the recording. */
  id: string
  inputs: readonly [MergeInput, MergeInput]
  /** Of all inputs together. */
  bytes: number
  output: string
  ffmpeg: Ffmpeg
  tools: Pick<CaptureTools, 'mergeRecordings'>
}

/**
 * merged: there is one file more. failed: ffmpeg could not. no-space: the disk had no room for it, or has none any
 * more. put-off: the server closes, or too many wait.
 */
export type MergeOutcome =
  | { name: 'merged'; file: MergedFile }
  | { name: 'failed' }
  | { name: 'no-space' }
  | { name: 'put-off' }

export interface MergeQueueOptions {
  /** Of the disk. */
  freeBytes: () => Promise<number>
  clock: Clock
  logger: Logger
  /** Half of those that may wait are done: there is room for what was put off. */
  onRoom: () => void
}

/** Merges one recording after the other: ffmpeg takes a processor for itself. */
export class MergeQueue {
  readonly #options: MergeQueueOptions
  readonly #queue = new SerialQueue()
  /** Those that wait or run, and how much of each is done. */
  readonly #progress = new Map<string, number>()
  #running: { id: string; merge: Merge } | undefined
  #isClosed = false

  constructor(options: MergeQueueOptions) {
    this.#options = options
  }

  get isFull(): boolean {
    return this.#progress.size >= MAX_WAITING_MERGES
  }

  /** Between 0 and 1; undefined: it is not being merged. */
  progressOf(id: string): number | undefined {
    return this.#progress.get(id)
  }

  /** Never rejects. */
  async add(request: MergeRequest): Promise<MergeOutcome> {
    const { id } = request
    if (this.#isClosed || this.isFull) return { name: 'put-off' }
    this.#progress.set(id, 0)
    try {
      return await this.#queue.add(() => this.#merge(request))
    } catch {
      return { name: 'put-off' }
    } finally {
      this.#progress.delete(id)
      if (this.#progress.size <= MAX_WAITING_MERGES / 2) this.#options.onRoom()
    }
  }

  /** It was deleted: nothing more is done for it. */
  cancel(id: string): void {
    this.#progress.delete(id)
    if (this.#running?.id === id) this.#running.merge.close()
  }

  /** Ends the one that runs. Idempotent. */
  close(): void {
    this.#isClosed = true
    this.#queue.close()
    this.#running?.merge.close()
  }

  async #merge(request: MergeRequest): Promise<MergeOutcome> {
    const { id, bytes } = request
    const free = await this.#freeBytes()
    if (this.#isClosed || !this.#progress.has(id)) return { name: 'put-off' }
    // It takes about as much again, and a moment of it twice.
    if (free < 2 * bytes) return { name: 'no-space' }
    const merge = this.#begin(request)
    this.#running = { id, merge }
    let isDiskFull = false
    const watch = async (): Promise<void> => {
      if ((await this.#freeBytes()) >= RESERVE_BYTES || this.#running?.merge !== merge) return
      isDiskFull = true
      merge.close()
    }
    const stopWatching = this.#options.clock.every(WATCH_MS, () => void watch())
    try {
      return { name: 'merged', file: await merge.done }
    } catch (error) {
      if (isDiskFull) return { name: 'no-space' }
      if ((error as { code?: unknown }).code === 'closed') return { name: 'put-off' }
      this.#options.logger.warn('a recording could not be merged', {
        recording: id,
        error: messageOf(error),
      })
      return { name: 'failed' }
    } finally {
      stopWatching()
      this.#running = undefined
    }
  }

  #begin({ id, inputs, output, ffmpeg, tools }: MergeRequest): Merge {
    return tools.mergeRecordings({
      ffmpeg,
      inputs,
      output,
      onProgress: (done) => {
        if (this.#progress.has(id)) this.#progress.set(id, done)
      },
    })
  }

  /** A disk that can't be asked says so when it is written to. */
  #freeBytes(): Promise<number> {
    return this.#options.freeBytes().catch(() => Infinity)
  }
}
