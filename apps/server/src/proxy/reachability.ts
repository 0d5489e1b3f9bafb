import type { Logger } from '@duet/base'
import { failureOf } from '../front/failure.ts'

/** One line when an upstream is lost and one when it is back, however many requests there are. */
export class Reachability {
  readonly #upstream: string
  readonly #logger: Logger
  #isReached = true

  constructor(upstream: string, logger: Logger) {
    this.#upstream = upstream
    this.#logger = logger
  }

  reached(): void {
    if (this.#isReached) return
    this.#isReached = true
    this.#logger.info('an upstream answers again', { upstream: this.#upstream })
  }

  lost(error: unknown): void {
    if (!this.#isReached) return
    this.#isReached = false
    const fields = { upstream: this.#upstream, error: failureOf(error) }
    this.#logger.error('an upstream does not answer', fields)
  }
}
