import { MYSQL, POSTGRES, type Engine } from '../sql/engine.ts'
import type { RunStatement } from '../sql/transaction.ts'

/** Where the two kinds of server differ in how they are spoken to. */
export interface ServerKind {
  engine: Engine
  /** First on each connection: the transactions wait for each other, and never for long. */
  setUp: readonly string[]
  /** A row with this key is there. */
  uniqueViolation: string
  /** The transaction had to give way to another one, and may be tried again. */
  givenWay: readonly string[]
  /** Each statement that changes the schema is committed by itself. */
  commitsSchema: boolean
  /** Of a step of a migration that was done before: the table, column, key or row is there. */
  alreadyThere: readonly string[]
  /** Waits until no other process has the lock of migrations. */
  lock: (run: RunStatement) => Promise<void>
  unlock: (run: RunStatement) => Promise<void>
}

/** How long servers let a statement wait for another transaction. */
const LOCK_LIMIT_S = 10

/** How long a migration waits for another server's. */
const MIGRATION_LIMIT_S = 600

/** Any number: nobody else in this database takes advisory locks. */
const ADVISORY_LOCK = 20_481

export const POSTGRES_SERVER: ServerKind = {
  engine: POSTGRES,
  setUp: [
    'SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED',
    `SET lock_timeout = '${LOCK_LIMIT_S}s'`,
  ],
  uniqueViolation: '23505',
  givenWay: ['40001', '40P01'],
  commitsSchema: false,
  alreadyThere: [],
  async lock(run) {
    await run(`SET LOCAL lock_timeout = '${MIGRATION_LIMIT_S}s'`, [])
    await run(`SELECT pg_advisory_xact_lock(${ADVISORY_LOCK})`, [])
  },
  // The end of the transaction does it.
  async unlock() {},
}

/** Locks of MySQL belong to the whole server, whatever its databases. */
const NAMED_LOCK = `CONCAT('duet ', MD5(DATABASE()))`

export const MYSQL_SERVER: ServerKind = {
  engine: MYSQL,
  setUp: [
    'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
    // Too much is refused, not cut.
    `SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'`,
    `SET SESSION innodb_lock_wait_timeout = ${LOCK_LIMIT_S}`,
  ],
  uniqueViolation: '1062',
  givenWay: ['1213'],
  commitsSchema: true,
  alreadyThere: ['1050', '1060', '1061', '1062'],
  async lock(run) {
    const { rows } = await run(`SELECT GET_LOCK(${NAMED_LOCK}, ${MIGRATION_LIMIT_S}) AS had`, [])
    const [row] = rows as { had: number | null }[]
    if (Number(row?.had) !== 1) throw new Error('another server keeps the lock of migrations')
  },
  async unlock(run) {
    await run(`SELECT RELEASE_LOCK(${NAMED_LOCK})`, [])
  },
}
