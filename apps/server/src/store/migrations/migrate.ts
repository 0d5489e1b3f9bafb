import type { SqlDatabase, SqlInteger, SqlSession } from '../sql/database.ts'
import { insertion } from '../sql/engine.ts'
import type { Migration } from './migration.ts'

const TABLE = 'duet_migrations'

/** The database was made by a later version of Duet. */
export class NewerDatabaseError extends Error {
  /** The schema that it has. */
  readonly found: number
  /** The last that this version knows. */
  readonly known: number

  constructor(found: number, known: number) {
    super(`the database has schema ${found}, later than ${known}`)
    this.name = 'NewerDatabaseError'
    this.found = found
    this.known = known
  }
}

/** Brings the schema up to date, once however many servers start. May reject with NewerDatabaseError. */
export async function migrate(
  database: SqlDatabase,
  migrations: readonly Migration[],
  now: number,
): Promise<void> {
  const known = migrations.at(-1)?.number ?? 0
  if (await isUpToDate(database, known)) return
  await database.exclusively(async (session) => {
    if (await isUpToDate(session, known)) return
    const { engine } = session
    await session.run(
      `CREATE TABLE IF NOT EXISTS ${TABLE} (
        number INTEGER NOT NULL PRIMARY KEY,
        done_at BIGINT NOT NULL
      )${engine.tableOptions}`,
    )
    const found = await schemaNumber(session)
    for (const { number, statements } of migrations.filter((each) => each.number > found)) {
      for (const statement of statements(engine)) await session.run(statement)
      await session.run(insertion(TABLE, ['number', 'done_at']), [number, now])
    }
  })
}

type Reader = Pick<SqlSession, 'engine' | 'rows'>

async function isUpToDate(reader: Reader, known: number): Promise<boolean> {
  const tables = await reader.rows(reader.engine.hasTable, [TABLE])
  const found = tables.length > 0 ? await schemaNumber(reader) : 0
  if (found > known) throw new NewerDatabaseError(found, known)
  return found === known
}

async function schemaNumber(reader: Reader): Promise<number> {
  const [row] = await reader.rows<{ number: SqlInteger | null }>(
    `SELECT MAX(number) AS number FROM ${TABLE}`,
  )
  return Number(row?.number ?? 0)
}
