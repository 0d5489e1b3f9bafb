import type { Clock, Logger } from '@duet/base'
import { StoreError } from '../store-error.ts'
import type { SqlDatabase, SqlSession, SqlValue } from '../sql/database.ts'
import type { Engine } from '../sql/engine.ts'
import { Transaction, type RunStatement, type StatementResult } from '../sql/transaction.ts'
import { UniqueViolation } from '../sql/unique-violation.ts'
import { ConnectionPool } from './connection-pool.ts'
import type { ServerConnection } from './server-connection.ts'
import { ServerFailure } from './server-failure.ts'
import type { ServerKind } from './server-kind.ts'

const NOTHING: StatementResult = { rows: [], changes: 0 }

/** How often a transaction that had to give way is tried. */
const MAX_ATTEMPTS = 5

/** How long one statement of a migration may take. */
const MIGRATION_LIMIT_MS = 3_600_000

export interface ServerOptions {
  kind: ServerKind
  url: string
  clock: Clock
  logger: Logger
}

/** A database on a server. */
export class ServerDatabase implements SqlDatabase {
  readonly engine: Engine
  readonly #kind: ServerKind
  readonly #logger: Logger
  readonly #pool: ConnectionPool
  readonly #running = new Set<Promise<unknown>>()
  #isClosed = false

  constructor({ kind, url, clock, logger }: ServerOptions) {
    this.engine = kind.engine
    this.#kind = kind
    this.#logger = logger
    this.#pool = new ConnectionPool({ kind, url, clock })
  }

  rows<Row>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    return this.#guard(async (connection) => (await connection.run(sql, values)).rows as Row[])
  }

  run(sql: string, values: readonly SqlValue[] = []): Promise<number> {
    return this.#guard(async (connection) => (await connection.run(sql, values)).changes)
  }

  transaction<Result>(work: (session: SqlSession) => Promise<Result>): Promise<Result> {
    return this.#guard((connection) =>
      this.#transact(connection, (sql, values) => connection.run(sql, values), work),
    )
  }

  exclusively<Result>(work: (session: SqlSession) => Promise<Result>): Promise<Result> {
    const { engine, commitsSchema, alreadyThere, lock, unlock } = this.#kind
    return this.#guard(async (connection) => {
      const run: RunStatement = (sql, values) => connection.run(sql, values, MIGRATION_LIMIT_MS)
      if (!commitsSchema) {
        return this.#transact(connection, run, async (session) => {
          await lock(run)
          return work(session)
        })
      }
      // A migration that ended half-way begins again: what it made is passed over.
      const repeatable: RunStatement = (sql, values) =>
        run(sql, values).catch((error: unknown) => {
          const failure = error instanceof UniqueViolation ? error.cause : error
          const number = failure instanceof ServerFailure ? failure.number : undefined
          if (number !== undefined && alreadyThere.includes(number)) return NOTHING
          throw error
        })
      await lock(run)
      try {
        return await work(new Transaction(engine, repeatable))
      } finally {
        // A lost connection has lost the lock too.
        if (!connection.isLost) await unlock(run)
      }
    })
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await Promise.allSettled(this.#running)
    this.#pool.close()
  }

  async #transact<Result>(
    connection: ServerConnection,
    run: RunStatement,
    work: (session: SqlSession) => Promise<Result>,
  ): Promise<Result> {
    await run('BEGIN', [])
    const session = new Transaction(this.engine, run)
    try {
      const result = await work(session)
      await session.run('COMMIT')
      return result
    } catch (error) {
      session.end()
      // The server rolls back what a lost connection began.
      if (!connection.isLost) await run('ROLLBACK', []).catch(() => connection.close())
      throw error
    }
  }

  /** Lends a connection, tries again what had to give way, and names the store's errors. */
  #guard<Result>(work: (connection: ServerConnection) => Promise<Result>): Promise<Result> {
    if (this.#isClosed) {
      return Promise.reject(new StoreError('unavailable', 'the store is closed'))
    }
    const running = this.#attempt(work)
    this.#running.add(running)
    return running.finally(() => this.#running.delete(running))
  }

  async #attempt<Result>(work: (connection: ServerConnection) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#pool.with(work)
      } catch (error) {
        if (!(error instanceof ServerFailure)) throw error
        const { number = '' } = error
        if (attempt < MAX_ATTEMPTS && this.#kind.givenWay.includes(number)) continue
        this.#logger.error('the database failed', { code: number, reason: error.message })
        throw new StoreError('unavailable', 'the database can’t be used now', { cause: error })
      }
    }
  }
}
