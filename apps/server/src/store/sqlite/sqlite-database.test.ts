import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@duet/base'
import { openSqlite } from './sqlite-database.ts'

const folder = mkdtempSync(join(tmpdir(), 'duet-sqlite-'))
const database = await openSqlite({ path: join(folder, 'test.sqlite'), logger: silentLogger })
await database.run('CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE)')
afterAll(async () => {
  await database.close()
  rmSync(folder, { recursive: true })
})

const count = async () => {
  const [row] = await database.rows<{ n: number }>('SELECT COUNT(*) AS n FROM notes')
  return row?.n
}

test('a write that comes during a transaction outlives its rollback', async () => {
  const opened = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  const failed = database
    .transaction(async (session) => {
      await session.run(`INSERT INTO notes (body) VALUES ('rolled back')`)
      opened.resolve()
      await goOn.promise
      throw new Error('changed my mind')
    })
    .catch((error: unknown) => error)
  await opened.promise
  const written = database.run(`INSERT INTO notes (body) VALUES ('kept')`)
  expect(await count()).toBe(0)
  goOn.resolve()
  expect(await failed).toMatchObject({ message: 'changed my mind' })
  expect(await written).toBe(1)
  expect(await database.rows('SELECT body FROM notes')).toEqual([{ body: 'kept' }])
})

test('a transaction is over with the first statement that fails', async () => {
  const before = await count()
  const outcome = await database
    .transaction(async (session) => {
      await session.run(`INSERT INTO notes (body) VALUES ('new')`)
      await session.run(`INSERT INTO notes (body) VALUES ('kept')`).catch(() => {})
      await session.run(`INSERT INTO notes (body) VALUES ('later')`)
    })
    .catch((error: unknown) => error)
  expect(outcome).toMatchObject({ code: 'unavailable' })
  expect(await count()).toBe(before)
})

test('a hundred transactions, of which half fail, leave the other half', async () => {
  const before = (await count()) ?? 0
  const outcomes = await Promise.allSettled(
    Array.from({ length: 100 }, (_, index) =>
      database.transaction(async (session) => {
        await session.run('INSERT INTO notes (body) VALUES (?)', [`note ${index}`])
        if (index % 2 === 0) throw new Error('no')
      }),
    ),
  )
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(50)
  expect(await count()).toBe(before + 50)
})

test('more writes than may wait are refused at once', async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 1100 }, () => database.run('DELETE FROM notes WHERE id < 0')),
  )
  const refused = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []))
  expect(refused).toHaveLength(100)
  expect(refused[0]).toMatchObject({ code: 'unavailable' })
  expect(await count()).toBeGreaterThan(0)
})
