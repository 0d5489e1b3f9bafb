import { messageOf, type Clock, type Logger } from '@duet/base'
import type { RecordingStore } from '../store/recording-store.ts'

/** Recordings that are looked at in one go. */
const PAGE = 100

export interface RetentionOptions {
  store: Pick<RecordingStore, 'oldest' | 'totalBytes'>
  /** Null: any age. */
  keepMs: number | null
  /** Null: any amount. */
  maxBytes: number | null
  clock: Clock
  logger: Logger
  /** Deletes a recording with its files. */
  remove: (id: string) => Promise<unknown>
}

/**
 * Deletes recordings that are too old or too much, the oldest first: none that is being made, and for its size not
 * the last one that there is.
 */
export class Retention {
  readonly #options: RetentionOptions
  #isSweeping = false

  constructor(options: RetentionOptions) {
    this.#options = options
  }

  /** Never rejects; what could not be deleted is tried again the next time. */
  async sweep(): Promise<void> {
    if (this.#isSweeping) return
    this.#isSweeping = true
    try {
      while (await this.#sweepPage());
    } catch (error) {
      this.#options.logger.warn('old recordings could not be deleted', { error: messageOf(error) })
    } finally {
      this.#isSweeping = false
    }
  }

  /** Whether there may be more. */
  async #sweepPage(): Promise<boolean> {
    const { store, keepMs, maxBytes, clock, logger, remove } = this.#options
    let total = maxBytes === null ? 0 : await store.totalBytes()
    const page = await store.oldest(PAGE)
    for (const [index, { id, endedAt, files }] of page.entries()) {
      const isOld = keepMs !== null && (endedAt ?? 0) + keepMs <= clock.now()
      const isLast = index === page.length - 1 && page.length < PAGE
      const isTooMuch = maxBytes !== null && total > maxBytes && !isLast
      if (!isOld && !isTooMuch) return false
      await remove(id)
      total -= files.reduce((sum, { bytes }) => sum + bytes, 0)
      logger.info('a recording was deleted', {
        recording: id,
        reason: isOld ? '--recordings-keep' : '--recordings-max',
      })
    }
    return page.length === PAGE
  }
}
