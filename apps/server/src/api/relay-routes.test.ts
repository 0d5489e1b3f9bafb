import { afterEach, expect, test } from 'bun:test'
import { createTurnServer, type TurnServer } from '@duet/turn'
import { FakeDatagrams } from '@duet/datagrams'
import { openTestApi, type TestApi } from './testing.ts'

let api: TestApi
let server: TurnServer | undefined
afterEach(async () => {
  await server?.close()
  await api.close()
})

async function ask(): Promise<unknown> {
  const ann = await api.join('ann')
  await api.makeAdministrator(ann)
  return JSON.parse((await api.ask('GET /api/relay', { cookie: ann.cookie })).text)
}

test('administrators read the figures of the relays, and nobody else does', async () => {
  server = await createTurnServer({
    authenticate: () => undefined,
    datagrams: new FakeDatagrams(),
    relay: { addresses: [{ bind: '198.51.100.10' }] },
  })
  api = await openTestApi({ relay: () => (server as TurnServer).stats() })
  const none = { packets: 0, bytes: 0 }
  const traffic = { fromClient: none, toClient: none }
  expect(await ask()).toMatchObject({
    relay: {
      allocations: { open: 0, made: 0, reserved: 0 },
      traffic: { udp: traffic, tcp: traffic, tls: traffic },
      refusals: {},
      drops: {},
    },
  })
  const ben = await api.join('ben')
  expect((await api.ask('GET /api/relay', { cookie: ben.cookie })).status).toBe(403)
  expect((await api.ask('GET /api/relay')).status).toBe(401)
})

test('a server without relays says so', async () => {
  api = await openTestApi()
  expect(await ask()).toEqual({ relay: null })
})
