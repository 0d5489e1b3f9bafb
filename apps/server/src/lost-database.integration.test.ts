import { afterAll, beforeAll, describe, test } from 'bun:test'
import { DatabaseServer } from './store/testing/database-server.ts'
import { Installation, DATABASE_SERVERS } from './testing/installation.ts'
import { LostDatabaseScene } from './testing/lost-database-scene.ts'

const TIMEOUT_MS = 60_000

for (const { name, recipe, isInstalled } of DATABASE_SERVERS) {
  if (!isInstalled) process.stderr.write(`Skipped on ${name}: install Debian's packages of it.\n`)
  describe.skipIf(!isInstalled)(`a server that loses ${name}`, () => {
    let databases: DatabaseServer

    beforeAll(async () => {
      databases = await DatabaseServer.create(recipe!)
    }, TIMEOUT_MS)
    afterAll(() => databases.close())

    test(
      'says so, keeps serving what needs none, and goes on when it is back',
      async () => {
        const installation = await Installation.create(databases)
        const scene = await LostDatabaseScene.create(
          await installation.start(['--host', '127.0.0.1', '--limits', 'off']),
        )
        await scene.writeUntilRefused(() => void databases.kill())
        await scene.expectReadsRefused()
        await scene.expectWritesRefused()
        await scene.expectRestServed()
        await databases.start()
        await scene.expectBack()
        await scene.close()
        installation.remove()
      },
      TIMEOUT_MS,
    )
  })
}
