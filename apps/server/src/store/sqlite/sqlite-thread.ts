import type { Logger } from '@duet/base'
import { StoreError } from '../store-error.ts'
import type { StatementResult } from '../sql/transaction.ts'
import { SqliteFailure } from './sqlite-failure.ts'
import type { SqliteReply, SqliteRequest } from './sqlite-protocol.ts'

type Without<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never

interface Pending {
  resolve(result: StatementResult): void
  reject(error: Error): void
}

/** The thread that has the file; a thread that died is replaced. */
export class SqliteThread {
  readonly #path: string
  readonly #logger: Logger
  readonly #pending = new Map<number, Pending>()
  #worker: Worker
  #nextId = 1

  constructor(path: string, logger: Logger) {
    this.#path = path
    this.#logger = logger
    this.#worker = this.#start()
  }

  /** Rejects with a SqliteFailure or a StoreError. */
  ask(request: Without<SqliteRequest, 'id'>): Promise<StatementResult> {
    const id = this.#nextId++
    const { promise, resolve, reject } = Promise.withResolvers<StatementResult>()
    this.#pending.set(id, { resolve, reject })
    this.#worker.postMessage({ id, ...request }, [])
    return promise
  }

  /** Closes the file and ends the thread. */
  async close(): Promise<void> {
    await this.ask({ type: 'close' })
    this.#worker.terminate()
  }

  #start(): Worker {
    const worker = new Worker(new URL('sqlite-worker.ts', import.meta.url))
    worker.onmessage = ({ data }: MessageEvent<SqliteReply>) => this.#handleReply(data)
    worker.onerror = ({ message }) => this.#replace(message)
    return worker
  }

  #handleReply(reply: SqliteReply): void {
    const pending = this.#pending.get(reply.id)
    this.#pending.delete(reply.id)
    if ('result' in reply) pending?.resolve(reply.result)
    else pending?.reject(new SqliteFailure(reply.error.code, reply.error.message))
  }

  #replace(reason: string): void {
    this.#logger.error('the thread of the database died', { reason })
    this.#worker.terminate()
    const lost = [...this.#pending.values()]
    this.#pending.clear()
    this.#worker = this.#start()
    this.ask({ type: 'open', path: this.#path }).catch((error: SqliteFailure) => {
      this.#logger.error('the database can’t be opened again', { reason: error.message })
    })
    for (const each of lost) each.reject(new StoreError('unavailable', 'the database was lost'))
  }
}
