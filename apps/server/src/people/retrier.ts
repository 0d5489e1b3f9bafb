import { messageOf, type CancelTimer, type Clock, type Logger } from '@duet/base'
import { StoreError } from '../store/store-error.ts'
import { MAX_RETRIES } from './limits.ts'

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 15_000

/** Does what has to be kept, again and again while the database is away. */
export class Retrier {
  readonly #clock: Clock
  readonly #logger: Logger
  /** Those that wait: how to wake each of them up. */
  readonly #pauses = new Map<() => void, CancelTimer>()
  #isClosed = false

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock
    this.#logger = logger
  }

  /** Resolves whether it was done. Never rejects. */
  async run(what: string, task: () => Promise<unknown>): Promise<boolean> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      try {
        await task()
        return true
      } catch (error) {
        const code = error instanceof StoreError ? error.code : undefined
        // Whom it concerns was deleted meanwhile.
        if (code === 'not-found') return false
        const isTemporary = code === 'unavailable'
        if (!isTemporary || this.#isClosed || this.#pauses.size >= MAX_RETRIES) {
          this.#logger.error(`${what}: given up`, { error: messageOf(error) })
          return false
        }
        this.#logger.warn(`${what}: later, the database is away`, { error: messageOf(error) })
      }
      await this.#pause(pauseMs)
    }
  }

  /** Everything that waits is tried once more. Idempotent. */
  close(): void {
    this.#isClosed = true
    for (const [wakeUp, cancel] of this.#pauses) {
      cancel()
      wakeUp()
    }
    this.#pauses.clear()
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(ms, () => {
        this.#pauses.delete(resolve)
        resolve()
      })
      this.#pauses.set(resolve, cancel)
    })
  }
}
