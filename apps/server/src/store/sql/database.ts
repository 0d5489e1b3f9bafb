import type { Engine } from './engine.ts'

/** What is bound and read: no dates, no integer past 2^53, booleans as 0 and 1. */
export type SqlValue = string | number | null

/** An integer column as it is read: some databases give large ones as text. */
export type SqlInteger = number | string

/**
 * Runs statements. Places of values are written `?`. Text is stored as Unicode: NUL (which
 * PostgreSQL refuses) and lone surrogates become U+FFFD. Rejects with a StoreError, or with a
 * UniqueViolation.
 */
export interface SqlSession {
  readonly engine: Engine
  /** The rows of a query. */
  rows<Row>(sql: string, values?: readonly SqlValue[]): Promise<Row[]>
  /** How many rows were concerned. */
  run(sql: string, values?: readonly SqlValue[]): Promise<number>
}

/** One of the three kinds of database. */
export interface SqlDatabase {
  readonly engine: Engine
  /** The rows of a query, which sees only what is committed. */
  rows<Row>(sql: string, values?: readonly SqlValue[]): Promise<Row[]>
  /** One statement as a transaction of its own. */
  run(sql: string, values?: readonly SqlValue[]): Promise<number>
  /**
   * One transaction: all of `work` or, when it rejects, nothing. After a statement failed no
   * other can succeed. `work` may run again when the database had to give way to another
   * transaction, so it must do nothing but talk to its session.
   */
  transaction<Result>(work: (session: SqlSession) => Promise<Result>): Promise<Result>
  /** Like a transaction, and never while another process does the same: for migrations. */
  exclusively<Result>(work: (session: SqlSession) => Promise<Result>): Promise<Result>
  /** Waits for what was begun. Idempotent. */
  close(): Promise<void>
}
