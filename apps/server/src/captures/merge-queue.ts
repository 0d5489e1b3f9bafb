import { messageOf, SerialQueue, type Logger } from '@duet/base'
import type { Ffmpeg, Merge, MergedFile, MergeInput } from '@duet/capture'
import type { CaptureTools } from './capture-tools.ts'
import { MAX_WAITING_MERGES } from './limits.ts'

/** What is to be merged. */
export interface MergeRequest {
  /** Of the recording. */
  id: string
  inputs: readonly [MergeInput, MergeInput]
  output: string
  ffmpeg: Ffmpeg
  tools: Pick<CaptureTools, 'mergeRecordings'>
}

/** merged: there is one file more. failed: ffmpeg could not. put-off: the server closes, or too many wait. */
export type MergeOutcome =
  | { name: 'merged'; file: MergedFile }
  | { name: 'failed' }
  | { name: 'put-off' }

/** Merges one recording after the other: ffmpeg takes a processor for itself. */
export class MergeQueue {
  readonly #logger: Logger
  readonly #queue = new SerialQueue()
  /** Those that wait or run, and how much of each is done. */
  readonly #progress = new Map<string, number>()
  #running: { id: string; merge: Merge } | undefined
  #isClosed = false

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** Between 0 and 1; undefined: it is not being merged. */
  progressOf(id: string): number | undefined {
    return this.#progress.get(id)
  }

  /** Never rejects. */
  async add(request: MergeRequest): Promise<MergeOutcome> {
    const { id } = request
    if (this.#isClosed || this.#progress.size >= MAX_WAITING_MERGES) return { name: 'put-off' }
    this.#progress.set(id, 0)
    try {
      return await this.#queue.add(() => this.#merge(request))
    } catch {
      return { name: 'put-off' }
    } finally {
      this.#progress.delete(id)
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

  async #merge({ id, inputs, output, ffmpeg, tools }: MergeRequest): Promise<MergeOutcome> {
    if (!this.#progress.has(id)) return { name: 'put-off' }
    const merge = tools.mergeRecordings({
      ffmpeg,
      inputs,
      output,
      onProgress: (done) => {
        if (this.#progress.has(id)) this.#progress.set(id, done)
      },
    })
    this.#running = { id, merge }
    try {
      return { name: 'merged', file: await merge.done }
    } catch (error) {
      if ((error as { code?: unknown }).code === 'closed') return { name: 'put-off' }
      this.#logger.warn('a recording could not be merged', {
        recording: id,
        error: messageOf(error),
      })
      return { name: 'failed' }
    } finally {
      this.#running = undefined
    }
  }
}
