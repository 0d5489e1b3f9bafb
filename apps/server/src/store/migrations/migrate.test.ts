import { afterEach, beforeEach, expect, test } from 'bun:test'
import { Database } from 'bun:sqlite'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger, systemClock } from '@duet/base'
import { openStore } from '../open-store.ts'
import { openSqlite } from '../sqlite/sqlite-database.ts'
import { MIGRATIONS } from './index.ts'
import { migrate } from './migrate.ts'

let dataDirectory: string
beforeEach(() => {
  dataDirectory = mkdtempSync(join(tmpdir(), 'duet-migrate-'))
})
afterEach(() => rmSync(dataDirectory, { recursive: true }))

const open = () =>
  openStore({ database: 'sqlite', dataDirectory, clock: systemClock, logger: silentLogger })
const openRaw = () => openSqlite({ path: file(), logger: silentLogger })
const file = () => join(dataDirectory, 'duet.sqlite')

function look<Row>(sql: string): Row[] {
  const database = new Database(file())
  const rows = database.query(sql).all() as Row[]
  database.close()
  return rows
}

test('many that start at once on an empty database make it once', async () => {
  const stores = await Promise.all([1, 2, 3, 4].map(open))
  await stores[0]!.settings.set('who', 'first')
  expect(await stores[3]!.settings.get('who')).toBe('first')
  for (const store of stores) await store.close()
  expect(look('SELECT * FROM duet_migrations')).toHaveLength(MIGRATIONS.length)
})

test('only the owner may read the file', async () => {
  await (await open()).close()
  expect(statSync(file()).mode & 0o077).toBe(0)
})

test('a database that is up to date is left as it is', async () => {
  await (await open()).close()
  const schema = () => look('SELECT sql FROM sqlite_master ORDER BY name')
  const [before, migrations] = [schema(), look('SELECT * FROM duet_migrations')]
  await (await open()).close()
  expect(schema()).toEqual(before)
  expect(look('SELECT * FROM duet_migrations')).toEqual(migrations)
})

test('a newer database is refused with a sentence', async () => {
  await (await open()).close()
  look('INSERT INTO duet_migrations VALUES (4711, 0)')
  const error: unknown = await open().catch((reason: unknown) => reason)
  expect(error).toMatchObject({
    code: 'database-too-new',
    message: expect.stringContaining('its schema is 4711, this version knows 2'),
  })
})

test('a migration that fails leaves nothing behind, and the next try makes it', async () => {
  const number = MIGRATIONS.length + 1
  const later = (...statements: string[]) => [
    ...MIGRATIONS,
    { number, statements: () => statements },
  ]
  const database = await openRaw()
  const failed: unknown = await migrate(
    database,
    later('CREATE TABLE half (a INTEGER)', 'CREATE TABLE counters (b INTEGER)'),
    1,
  ).catch((error: unknown) => error)
  expect(failed).toMatchObject({ code: 'unavailable' })
  expect(await database.rows('SELECT name FROM sqlite_master')).toEqual([])
  await migrate(database, later('CREATE TABLE half (a INTEGER)'), 2)
  await migrate(database, later('CREATE TABLE half (a INTEGER)'), 3)
  expect(await database.rows('SELECT number, done_at FROM duet_migrations')).toEqual(
    [...MIGRATIONS, { number }].map((each) => ({ number: each.number, done_at: 2 })),
  )
  await database.close()
})

test('a file that is no database is named', async () => {
  await Bun.write(file(), 'this is a text, and a long one, so that nobody takes it for a database')
  const error: unknown = await open().catch((reason: unknown) => reason)
  expect(error).toMatchObject({
    code: 'database-not-usable',
    message: expect.stringContaining(file()),
  })
})
