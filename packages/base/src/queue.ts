import { DuetError } from './errors.ts'

/**
 * Runs asynchronous tasks one after the other, in the order of `add`. A task
 * that fails rejects its own promise and does not stop the queue.
 */
export class SerialQueue {
  #tail: Promise<unknown> = Promise.resolve()
  #isClosed = false

  /** Runs `task` when all tasks before it are done. Rejects with `closed` after `close()`. */
  add<Result>(task: () => Promise<Result> | Result): Promise<Result> {
    const run = this.#tail.then(() => {
      if (this.#isClosed) throw new DuetError('closed', 'the queue is closed')
      return task()
    })
    this.#tail = run.catch(() => undefined)
    return run
  }

  /** Lets the running task end and rejects those that wait. Idempotent. */
  close(): void {
    this.#isClosed = true
  }
}
