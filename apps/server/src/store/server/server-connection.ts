import { SQL, type ReservedSQL } from 'bun'
import type { Clock } from '@duet/base'
import type { SqlValue } from '../sql/database.ts'
import { plainValue } from '../sql/plain-value.ts'
import type { StatementResult } from '../sql/transaction.ts'
import { UniqueViolation } from '../sql/unique-violation.ts'
import { ServerFailure } from './server-failure.ts'
import type { ServerKind } from './server-kind.ts'

/** How long a connection may take to be made. */
const CONNECT_LIMIT_S = 10

/** A server that says nothing for so long is lost. */
export const ANSWER_LIMIT_MS = 15_000

export interface ConnectionOptions {
  kind: ServerKind
  url: string
  clock: Clock
}

/**
 * One connection, which never becomes another one: `Bun.SQL` connects anew by itself, and the
 * rest of a transaction would run outside of it. So each has a pool of one and reserves that.
 */
export class ServerConnection {
  readonly #kind: ServerKind
  readonly #clock: Clock
  readonly #pool: SQL
  readonly #reserved: ReservedSQL
  #isLost = false

  private constructor({ kind, clock }: ConnectionOptions, pool: SQL, reserved: ReservedSQL) {
    this.#kind = kind
    this.#clock = clock
    this.#pool = pool
    this.#reserved = reserved
  }

  /** Rejects with a ServerFailure. */
  static async open(options: ConnectionOptions): Promise<ServerConnection> {
    let connection: ServerConnection | undefined
    const pool = new SQL(options.url, {
      max: 1,
      connectionTimeout: CONNECT_LIMIT_S,
      idleTimeout: 0,
      maxLifetime: 0,
      onclose() {
        if (connection) connection.#isLost = true
      },
    })
    try {
      connection = new ServerConnection(options, pool, await pool.reserve())
      for (const statement of options.kind.setUp) await connection.run(statement, [])
      return connection
    } catch (error) {
      void pool.close({ timeout: 0 }).catch(() => {})
      throw failureOf(error)
    }
  }

  /** It can't be used any more. */
  get isLost(): boolean {
    return this.#isLost
  }

  /** Rejects with a UniqueViolation or a ServerFailure. */
  async run(
    sql: string,
    values: readonly SqlValue[],
    limitMs = ANSWER_LIMIT_MS,
  ): Promise<StatementResult> {
    if (this.#isLost) throw new ServerFailure('the connection is lost', undefined)
    const { promise: silence, reject } = Promise.withResolvers<never>()
    const cancel = this.#clock.after(limitMs, () =>
      reject(new ServerFailure('the server does not answer', undefined)),
    )
    try {
      const query = this.#reserved.unsafe<unknown[] & { affectedRows: number }>(
        this.#kind.engine.placed(sql),
        values.map(plainValue),
      )
      const result = await Promise.race([query, silence])
      return { rows: [...result], changes: result.affectedRows }
    } catch (error) {
      throw this.#judge(failureOf(error))
    } finally {
      cancel()
    }
  }

  close(): void {
    this.#isLost = true
    void this.#pool.close({ timeout: 0 }).catch(() => {})
  }

  #judge(failure: ServerFailure): Error {
    const { uniqueViolation, givenWay, alreadyThere } = this.#kind
    const number = failure.number ?? ''
    if (number === uniqueViolation) return new UniqueViolation({ cause: failure })
    // With any other failure nobody knows what it is still good for.
    if (!givenWay.includes(number) && !alreadyThere.includes(number)) this.#isLost = true
    return failure
  }
}

function failureOf(error: unknown): ServerFailure {
  if (error instanceof ServerFailure) return error
  if (error instanceof UniqueViolation) return new ServerFailure(error.message, undefined)
  const message = error instanceof Error ? error.message : String(error)
  // PostgreSQL's SQLSTATE is text, MySQL's number is one.
  const errno: unknown = error instanceof SQL.SQLError && 'errno' in error ? error.errno : undefined
  const isGiven = typeof errno === 'string' || typeof errno === 'number'
  return new ServerFailure(message, isGiven ? String(errno) : undefined, { cause: error })
}
