import type { CancelTimer, Clock, Logger } from '@duet/base'
import { postCallback } from './callback-post.ts'

/** Reports that wait; past that the oldest one is dropped. */
export const MAX_QUEUED_REPORTS = 1000

/** Reports on their way at once. */
const MAX_SENDING = 8

/** Pauses before a report is tried again, in milliseconds; after the last one it is given up. */
const RETRY_MS: readonly number[] = [1_000, 5_000]

/** How long the end of the server waits for reports, in milliseconds. */
const FLUSH_MS = 1_500

interface Report {
  url: string
  event: Readonly<Record<string, unknown>>
  /** Tries so far. */
  tries: number
}

/** Tells callbacks what has happened, and nobody waits for it. */
export class ReportQueue {
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #waiting: Report[] = []
  /** Reports between two tries. */
  readonly #pauses = new Map<Report, CancelTimer>()
  readonly #sending = new Set<Promise<void>>()
  #isClosed = false

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock
    this.#logger = logger
  }

  add(url: string, event: Report['event']): void {
    if (!this.#isClosed) this.#put({ url, event, tries: 0 })
  }

  /** Tries once more what was not told yet, for a moment. Idempotent. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const [report, cancel] of this.#pauses) {
      cancel()
      this.#waiting.push(report)
    }
    this.#pauses.clear()
    this.#send()
    const { promise: isLate, resolve } = Promise.withResolvers<void>()
    const cancel = this.#clock.after(FLUSH_MS, resolve)
    await Promise.race([isLate, this.#drained()])
    cancel()
    this.#waiting.length = 0
  }

  #put(report: Report): void {
    if (this.#waiting.length + this.#pauses.size >= MAX_QUEUED_REPORTS) {
      const dropped = this.#waiting.shift()
      this.#logger.warn('a report to a callback was dropped: too many wait', {
        callback: placeOf((dropped ?? report).url),
      })
      if (!dropped) return
    }
    this.#waiting.push(report)
    this.#send()
  }

  #send(): void {
    while (this.#sending.size < MAX_SENDING) {
      const report = this.#waiting.shift()
      if (!report) return
      const sent = this.#try(report).finally(() => {
        this.#sending.delete(sent)
        this.#send()
      })
      this.#sending.add(sent)
    }
  }

  async #try(report: Report): Promise<void> {
    const answer = await postCallback(report.url, report.event, this.#clock)
    if (answer.name !== 'failed') return
    report.tries += 1
    const pauseMs = this.#isClosed ? undefined : RETRY_MS[report.tries - 1]
    const fields = {
      callback: placeOf(report.url),
      action: String(report.event['action']),
      reason: answer.reason,
    }
    if (pauseMs === undefined) {
      this.#logger.warn('a callback was not told', fields)
      return
    }
    this.#logger.debug('a callback is told again later', fields)
    const cancel = this.#clock.after(pauseMs, () => {
      this.#pauses.delete(report)
      this.#put(report)
    })
    this.#pauses.set(report, cancel)
  }

  async #drained(): Promise<void> {
    while (this.#sending.size > 0) await Promise.all(this.#sending)
  }
}

/** A callback without its query, which may hold a secret. */
export function placeOf(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname
}
