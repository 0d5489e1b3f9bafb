import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { silentLogger, systemClock, type Clock } from '@duet/base'
import { storeConformance } from '../conformance.ts'
import { openStore } from '../open-store.ts'
import type { Store } from '../store.ts'
import { DatabaseServer, type ServerRecipe } from './database-server.ts'

/** What holds on each kind of server; skipped with a sentence when it is not installed. */
export function serverTests(name: string, recipe: ServerRecipe | undefined): void {
  if (!recipe) process.stderr.write(`Skipped on ${name}: install Debian's packages of it.\n`)
  describe.skipIf(!recipe)(name, () => {
    let server: DatabaseServer
    let url: string

    const open = (database: string, clock: Clock = systemClock): Promise<Store> =>
      openStore({ database, dataDirectory: '/nowhere', clock, logger: silentLogger })

    beforeAll(async () => {
      server = await DatabaseServer.create(recipe!)
      url = await server.createDatabase()
    }, 60_000)
    afterAll(() => server.close())

    storeConformance(name, (clock) => open(url, clock))

    test('many that start at once on an empty database make it once', async () => {
      const empty = await server.createDatabase()
      const stores = await Promise.all([1, 2, 3, 4].map(() => open(empty)))
      await stores[0]!.settings.set('who', 'first')
      expect(await stores[3]!.settings.get('who')).toBe('first')
      await Promise.all(stores.map((store) => store.close()))
      expect(await server.execute('SELECT * FROM duet_migrations', empty)).toHaveLength(1)
    })

    test('a newer database is refused with a sentence', async () => {
      const newer = await server.createDatabase()
      await (await open(newer)).close()
      await server.execute('INSERT INTO duet_migrations VALUES (4711, 0)', newer)
      const refused: unknown = await open(newer).catch((error: unknown) => error)
      expect(refused).toMatchObject({
        code: 'database-too-new',
        message: expect.stringMatching(/later version of Duet .*4711.*1\b/),
      })
    })

    test('a lost server is an error at once, and a server that is back is used', async () => {
      const store = await open(url)
      await store.settings.set('before', 'kept')
      await server.kill()
      const lost = await Promise.allSettled([
        store.settings.get('before'),
        store.settings.set('while', 'lost'),
        store.messages.add({ from: 1, to: null, body: '', sentAt: 0, clientId: 'x' }),
      ])
      for (const each of lost) {
        expect(each).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } })
      }
      await server.start()
      expect(await store.settings.get('before')).toBe('kept')
      expect(await store.settings.get('while')).toBeUndefined()
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
