/** What threads that relay run. */
export const TURN_WORKER = new URL('turn-worker.ts', import.meta.url)

/**
 * A worker that loads its modules while its owner loads others: the first thread that relays takes it, and
 * need not wait for that.
 */
export class SpareWorker {
  #worker: Worker | undefined = new Worker(TURN_WORKER)

  /** The worker, once. */
  take(): Worker | undefined {
    const worker = this.#worker
    this.#worker = undefined
    return worker
  }

  /** Ends it, if nobody took it. Idempotent. */
  close(): void {
    this.take()?.terminate()
  }
}
