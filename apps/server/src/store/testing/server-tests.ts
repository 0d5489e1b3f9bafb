import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { FakeClock, silentLogger, systemClock, type Clock } from '@duet/base'
import { storeConformance } from '../conformance.ts'
import { MIGRATIONS } from '../migrations/index.ts'
import { openStore } from '../open-store.ts'
import { ANSWER_LIMIT_MS } from '../server/server-connection.ts'
import type { Store } from '../store.ts'
import { DatabaseServer, type ServerRecipe } from './database-server.ts'

/** What holds on each kind of server; skipped with a sentence when it is not installed. */
export function serverTests(name: string, recipe: ServerRecipe | undefined): void {
  if (!recipe) process.stderr.write(`Skipped on ${name}: install Debian's packages of it.\n`)
  describe.skipIf(!recipe)(name, () => {
    let server: DatabaseServer
    let url: string

    beforeAll(async () => {
      server = await DatabaseServer.create(recipe!)
      url = await server.createDatabase()
    }, 60_000)
    afterAll(() => server.close())

    storeConformance(name, (clock, people) => open(url, clock, people))

    test('many that start at once on an empty database make it once', async () => {
      const empty = await server.createDatabase()
      const stores = await Promise.all([1, 2, 3, 4].map(() => open(empty)))
      await stores[0]!.settings.set('who', 'first')
      expect(await stores[3]!.settings.get('who')).toBe('first')
      await Promise.all(stores.map((store) => store.close()))
      const done = await server.execute('SELECT * FROM duet_migrations', empty)
      expect(done).toHaveLength(MIGRATIONS.length)
    })

    test('a migration that ended half-way is made whole', async () => {
      const half = await server.createDatabase()
      await (await open(half)).close()
      // As MySQL leaves it, which commits each statement; the others leave nothing.
      if (half.startsWith('mysql:')) {
        await server.execute('DELETE FROM duet_migrations', half)
        await server.execute('DROP TABLE settings', half)
        await server.execute('DROP INDEX calls_by_end ON calls', half)
      }
      const store = await open(half)
      await store.settings.set('is', 'whole')
      expect(await store.settings.get('is')).toBe('whole')
      await store.close()
    })

    test('a server that stands still is given up, and is used when it goes on', async () => {
      const clock = new FakeClock()
      const store = await open(url, clock)
      server.freeze()
      const asked = store.settings.get('before').catch((reason: unknown) => reason)
      // It has been sent.
      await Bun.sleep(0)
      clock.advance(ANSWER_LIMIT_MS)
      server.thaw()
      const outcome = await asked
      if (typeof outcome === 'object') expect(outcome).toMatchObject({ code: 'unavailable' })
      await store.settings.set('thawed', 'yes')
      expect(await store.settings.get('thawed')).toBe('yes')
      await store.close()
    })

    test('a newer database is refused with a sentence', async () => {
      const newer = await server.createDatabase()
      await (await open(newer)).close()
      await server.execute('INSERT INTO duet_migrations VALUES (4711, 0)', newer)
      const refused: unknown = await open(newer).catch((error: unknown) => error)
      expect(refused).toMatchObject({
        code: 'database-too-new',
        message: expect.stringMatching(/later version of Duet .*4711.*2\b/),
      })
    })

    test('a lost server is an error at once, and a server that is back is used', async () => {
      const store = await open(url)
      await store.settings.set('before', 'kept')
      await server.kill()
      const acknowledged = await setUntilRefused(store)
      await server.start()
      expect(await store.settings.get('before')).toBe('kept')
      // The one that was refused may have been committed in the last moment.
      const count = Number((await store.settings.get('count')) ?? 0)
      expect([acknowledged, acknowledged + 1]).toContain(count)
      await store.settings.set('after', 'again')
      await store.close()
    })

    test('an unreachable server is named at the start, without the password', async () => {
      const nowhere = 'postgres://ann:hidden@127.0.0.1:1/duet'
      const error = await open(nowhere).catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code: 'database-not-usable' })
      expect(String(error)).toContain('duet at 127.0.0.1:1')
      expect(String(error)).not.toContain('hidden')
    })
  })
}

function open(
  database: string,
  clock: Clock = systemClock,
  people: 'everyone' | 'contacts' = 'everyone',
): Promise<Store> {
  return openStore({ database, dataDirectory: '/nowhere', people, clock, logger: silentLogger })
}

/** Counts up in a setting until the store refuses, and returns the last number it took. */
async function setUntilRefused(store: Store): Promise<number> {
  // What a server leaves behind may go on answering for a moment.
  for (let count = 1; ; count++) {
    const error = await store.settings
      .set('count', String(count))
      .catch((reason: unknown) => reason)
    if (error === undefined) continue
    expect(error).toMatchObject({ code: 'unavailable' })
    return count - 1
  }
}
