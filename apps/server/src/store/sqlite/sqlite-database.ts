import { SerialQueue, type Logger } from '@duet/base'
import { StoreError } from '../store-error.ts'
import type { SqlDatabase, SqlSession, SqlValue } from '../sql/database.ts'
import { SQLITE } from '../sql/engine.ts'
import { plainValue } from '../sql/plain-value.ts'
import { Transaction, type StatementResult } from '../sql/transaction.ts'
import { UniqueViolation } from '../sql/unique-violation.ts'
import { SqliteThread } from './sqlite-thread.ts'
import { SqliteFailure } from './sqlite-failure.ts'

/** Transactions that wait for the one writer. */
const MAX_WAITING_WRITES = 1000
/** Queries that wait for their rows. */
const MAX_WAITING_READS = 4000
/** How long a write waits for another process that writes: one may be making the whole schema. */
const BUSY_LIMIT_MS = 10_000
const BUSY_RETRY_MS = 50

export interface SqliteOptions {
  path: string
  logger: Logger
}

/** Opens the file, and makes it when it is missing. */
export async function openSqlite(options: SqliteOptions): Promise<SqliteDatabase> {
  const thread = new SqliteThread(options.path, options.logger)
  try {
    await patiently(() => thread.ask({ type: 'open', path: options.path }))
  } catch (error) {
    await thread.close()
    throw error
  }
  return new SqliteDatabase(thread, options)
}

/**
 * A file, in a thread of its own: no query holds up the thread that serves calls. All writes go
 * through one queue, so that nothing comes between the statements of a transaction.
 */
export class SqliteDatabase implements SqlDatabase {
  readonly engine = SQLITE
  readonly #thread: SqliteThread
  readonly #logger: Logger
  readonly #writes = new SerialQueue()
  #waitingWrites = 0
  #waitingReads = 0
  #isClosed = false

  constructor(thread: SqliteThread, { logger }: SqliteOptions) {
    this.#thread = thread
    this.#logger = logger
  }

  async rows<Row>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    if (this.#waitingReads >= MAX_WAITING_READS) throw tooMuch()
    this.#waitingReads += 1
    try {
      const { rows } = await this.#guard(() =>
        patiently(() => this.#statement('reader', sql, values)),
      )
      return rows as Row[]
    } finally {
      this.#waitingReads -= 1
    }
  }

  run(sql: string, values: readonly SqlValue[] = []): Promise<number> {
    return this.#write(async () => {
      const { changes } = await patiently(() => this.#statement('writer', sql, values))
      return changes
    })
  }

  transaction<Result>(work: (session: SqlSession) => Promise<Result>): Promise<Result> {
    return this.#write(async () => {
      await patiently(() => this.#statement('writer', 'BEGIN IMMEDIATE', []))
      const session = new Transaction(SQLITE, (sql, values) =>
        this.#statement('transaction', sql, values),
      )
      try {
        const result = await work(session)
        await session.run('COMMIT')
        return result
      } catch (error) {
        session.end()
        // A thread that died has rolled back.
        await this.#thread.ask({ type: 'rollback' }).catch(() => {})
        throw error
      }
    })
  }

  exclusively<Result>(work: (session: SqlSession) => Promise<Result>): Promise<Result> {
    return this.transaction(work)
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#writes.add(() => {})
    await this.#thread.close()
  }

  async #write<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#waitingWrites >= MAX_WAITING_WRITES) throw tooMuch()
    this.#waitingWrites += 1
    try {
      return await this.#guard(() => this.#writes.add(work))
    } finally {
      this.#waitingWrites -= 1
    }
  }

  async #statement(
    on: 'reader' | 'writer' | 'transaction',
    sql: string,
    values: readonly SqlValue[],
  ): Promise<StatementResult> {
    try {
      return await this.#thread.ask({
        type: 'statement',
        on,
        sql,
        values: values.map(plainValue),
      })
    } catch (error) {
      const isDouble = error instanceof SqliteFailure && error.isUniqueViolation
      throw isDouble ? new UniqueViolation({ cause: error }) : error
    }
  }

  /** Turns what SQLite says into the store's errors. */
  async #guard<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#isClosed) throw new StoreError('unavailable', 'the store is closed')
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof SqliteFailure)) throw error
      this.#logger.error('the database failed', { code: error.code, reason: error.message })
      throw new StoreError('unavailable', 'the database can’t be used now', { cause: error })
    }
  }
}

/** Tries again while another process has the file. */
async function patiently<Result>(attempt: () => Promise<Result>): Promise<Result> {
  const end = performance.now() + BUSY_LIMIT_MS
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      const isBusy = error instanceof SqliteFailure && error.code.startsWith('SQLITE_BUSY')
      if (!isBusy || performance.now() >= end) throw error
    }
    await Bun.sleep(BUSY_RETRY_MS)
  }
}

function tooMuch(): StoreError {
  return new StoreError('unavailable', 'too much waits for the database')
}
