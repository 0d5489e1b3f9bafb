import { afterEach, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { FakeClock, systemClock } from '@duet/base'
import { addressOf } from '@duet/datagrams'
import { METHOD } from '@duet/stun'
import { usersAuthenticator } from '../authenticator.ts'
import { makeCertificate } from '../testing/certificate.ts'
import { connect, type SocketClient } from '../testing/sockets.ts'
import { statsOf } from '../testing/stats.ts'
import { codeOf } from '../testing/turn-client.ts'
import {
  createTurnServer,
  type BoundListener,
  type TurnServer,
  type TurnServerOptions,
} from '../turn-server.ts'

const ANY = [{ host: '127.0.0.1', port: 0 }]
/** More than all of them need, and far less than what was sent to them. */
const ALLOWED_GROWTH_BYTES = 60_000_000

const opened: { close: () => void }[] = []

afterEach(() => {
  for (const each of opened.splice(0)) each.close()
})

async function serve(options: Partial<TurnServerOptions>): Promise<TurnServer> {
  const server = await createTurnServer({
    relay: { addresses: [{ bind: '127.0.0.1' }] },
    peers: { allow: ['127.0.0.0/8'] },
    authenticate: usersAuthenticator(new Map([['ann', 'secret']])),
    certificate: makeCertificate(),
    ...options,
  })
  opened.push(server)
  return server
}

async function connected(server: TurnServer): Promise<SocketClient> {
  const client = await connect(server.listeners[0] as BoundListener)
  opened.push(client)
  return client
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await Bun.sleep(5)
}

describe.each(['tcp', 'tls'] as const)('attack 16: over %s', (transport) => {
  test('a request that comes byte by byte and never ends is cut off in time', async () => {
    const clock = new FakeClock()
    const server = await serve({ [transport]: ANY, clock })
    const { client, closed } = await connected(server)
    const request = client.build(METHOD.allocate, [])
    await until(async () => (await statsOf(server)).connections === 1)
    for (const byte of request.subarray(0, -1)) {
      client.sendRaw(Uint8Array.of(byte))
      clock.advance(200)
    }
    await closed
    expect((await statsOf(server)).drops).toEqual({ 'connection-no-allocation-in-time': 1 })
  })

  test('a header that announces more than a request needs ends the connection', async () => {
    const server = await serve({ [transport]: ANY })
    const { client, closed } = await connected(server)
    client.sendRaw(Uint8Array.of(0x40, 0, 0xff, 0xff))
    await closed
    expect((await statsOf(server)).drops).toEqual({ 'connection-too-long': 1 })
  })

  test.each([
    'POST /turn HTTP/1.1\r\nHost: x\r\n\r\n',
    '\u0016\u0003\u0001\u0002',
    'SSH-2.0-x\r\n',
  ])('TU2 %j ends the connection', async (text) => {
    const server = await serve({ [transport]: ANY })
    const { client, closed } = await connected(server)
    client.sendRaw(new TextEncoder().encode(text))
    await closed
    expect((await statsOf(server)).drops).toEqual({ 'connection-not-stun': 1 })
  })

  test('TU72 a client that never reads costs a bounded memory, whatever is sent to it', async () => {
    // Without limits of bandwidth: those of the memory of a connection stay.
    const server = await serve({ [transport]: ANY, limits: 'off' })
    const [reader, talker] = [await connected(server), await connected(server)]
    const readerRelay = await reader.client.allocate()
    const talkerRelay = await talker.client.allocate()
    await reader.client.bind(0x4000, talkerRelay)
    await talker.client.bind(0x4000, readerRelay)
    reader.pause()
    const text = 'x'.repeat(60_000)
    const send = async (megabytes: number): Promise<void> => {
      for (let sent = 0; sent < megabytes * 1e6; sent += 10 * text.length) {
        for (let index = 0; index < 10; index += 1) talker.client.sendChannelData(0x4000, text)
        expect(codeOf(await talker.client.request(METHOD.refresh))).toBe(0)
      }
    }
    await send(30)
    const before = memory()
    await send(200)
    expect(memory() - before).toBeLessThan(ALLOWED_GROWTH_BYTES)
    const { drops } = await statsOf(server)
    expect(drops['client-not-reachable']).toBeGreaterThan(1000)
  })
})

/** What one process may open: the server has a socket for each connection. */
const openFiles = Bun.spawnSync(['sh', '-c', 'ulimit -Hn']).stdout.toString().trim()
const mayOpenAll = openFiles === 'unlimited' || Number(openFiles) > 11_000
const idleTitle = mayOpenAll
  ? 'attack 16: 10 000 idle connections are bounded, and gone in time'
  : `attack 16: 10 000 idle connections: skipped, ulimit -Hn is ${openFiles}`

test.skipIf(!mayOpenAll)(
  idleTitle,
  async () => {
    const clock = new FakeClock()
    const server = await serve({ tcp: ANY, clock })
    const [{ port }] = server.listeners as [BoundListener]
    const before = memory()
    // 26 addresses may have 400 each, and all together 10 000.
    const program = join(import.meta.dir, '../testing/idle-connections.ts')
    const idle = Bun.spawn([process.execPath, program, `${port}`, '10410', '401'], {
      stdin: 'pipe',
      stdout: 'inherit',
      stderr: 'inherit',
    })
    opened.push({ close: () => idle.kill() })
    const counted = async (): Promise<number> => {
      const { connections, drops } = await statsOf(server)
      return connections + (drops['connection-limit'] ?? 0)
    }
    await until(async () => (await counted()) === 10_410)
    const full = await statsOf(server)
    expect(full.connections).toBe(10_000)
    expect(memory() - before).toBeLessThan(3 * ALLOWED_GROWTH_BYTES)
    // UDP is not their business, and neither is who comes when they are gone.
    clock.advance(10_000)
    expect((await statsOf(server)).connections).toBe(0)
    const { client } = await connected(server)
    expect(await client.tryAllocate()).toBe(0)
  },
  180_000,
)

test('TU73 attack 18: peers that refuse what they get cost nobody else a packet', async () => {
  const server = await serve({ udp: ANY, clock: systemClock })
  const gone = await Bun.udpSocket({ hostname: '127.0.0.1' })
  const { port: gonePort } = gone
  gone.close()
  const received: string[] = []
  const live = await Bun.udpSocket({
    hostname: '127.0.0.1',
    socket: { data: (_socket, bytes) => void received.push(bytes.toString()) },
  })
  opened.push(live)
  const { client } = await connected(server)
  await client.allocate()
  await client.bind(0x4000, addressOf(`127.0.0.1:${gonePort}`))
  await client.bind(0x4001, addressOf(`127.0.0.1:${live.port}`))
  for (let round = 0; round < 50; round += 1) {
    client.sendChannelData(0x4000, 'gone')
    client.sendChannelData(0x4001, `${round}`)
    expect(codeOf(await client.refresh())).toBe(0)
  }
  await until(async () => received.length === 50)
  expect(received).toEqual(Array.from({ length: 50 }, (_, round) => `${round}`))
})

function memory(): number {
  Bun.gc(true)
  return process.memoryUsage().rss
}
