import { afterEach, describe, expect, test } from 'bun:test'
import { createLogger, DuetError, type LogRecord } from '@duet/base'
import { addressOf } from '@duet/datagrams'
import {
  ATTRIBUTE,
  attributeOf,
  channelDataBytes,
  encodeUint32,
  formatAddress,
  METHOD,
  portOf,
  writeChannelData,
} from '@duet/stun'
import { CRASHES } from '../testing/crashes.ts'
import { connect, type SocketClient } from '../testing/sockets.ts'
import { codeOf, UDP_TRANSPORT, xorAddressOf } from '../testing/turn-client.ts'
import { createRestCredentials } from '../rest-credentials.ts'
import {
  createTurnServer,
  type BoundListener,
  type TurnServer,
  type TurnServerOptions,
} from '../turn-server.ts'
import { startTurnThreads } from './turn-threads.ts'

const LOOPBACK = [{ host: '127.0.0.1', port: 0 }]
/** How 127.0.0.1 is written in the user id of a shared login. */
const LOOPBACK_BITS = 0x7f00_0001
const ZERO = { type: ATTRIBUTE.lifetime, value: encodeUint32(0) }
const EVEN_PORT_AND_NEXT = { type: ATTRIBUTE.evenPort, value: Uint8Array.of(0x80) }
/** So many clients over UDP are never all in one thread, or once in thousands of runs. */
const MANY = 14
/** Nobody may be reached on loopback, but for relays of this server. */
const OPTIONS: TurnServerOptions = {
  udp: LOOPBACK,
  relay: { addresses: [{ bind: '127.0.0.1' }] },
  users: new Map([
    ['ann', 'secret'],
    ['bob', 'other'],
  ]),
  nonceKey: 'the same key everywhere',
  workers: 2,
}

/** Where credentials of a call are wanted. */
const SCOPED: Partial<TurnServerOptions> = {
  scopedPrefix: 's-',
  secrets: ['x'],
  peers: { allow: ['127.0.0.2/32'] },
}
const PEER = addressOf('127.0.0.2:9')

const open: { close: () => unknown }[] = []

afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await Promise.resolve(each.close())
})

async function start(options: Partial<TurnServerOptions> = {}): Promise<TurnServer> {
  // All clients are at one address, and each asks first without credentials.
  const limits = { unauthenticatedAnswersPerSecond: Infinity, ...(options.limits as object) }
  const server = await createTurnServer({ ...OPTIONS, ...options, limits })
  open.push(server)
  return server
}

async function clientOf(server: TurnServer, username = 'ann'): Promise<SocketClient> {
  const client = await connect(server.listeners[0] as BoundListener, username)
  open.push(client)
  return client
}

function clientsOf(server: TurnServer, username = 'ann'): Promise<SocketClient[]> {
  return Promise.all(Array.from({ length: MANY }, () => clientOf(server, username)))
}

/** Clients with credentials of a call each. */
async function scopedClientsOf(server: TurnServer): Promise<SocketClient[]> {
  const clients = await clientsOf(server)
  for (const [index, { client }] of clients.entries()) {
    const options = { secret: 'x', id: `s-${index}`, ttlSeconds: 60, now: Date.now() }
    Object.assign(client, createRestCredentials(options))
  }
  return clients
}

describe('relays of several threads', () => {
  test('are joined inside, whichever threads their clients are in, and only with permission', async () => {
    const server = await start()
    const bob = (await clientOf(server, 'bob')).client
    const bobRelay = await bob.allocate()
    const callers = await clientsOf(server)
    const relays = await Promise.all(callers.map(({ client }) => client.allocate()))
    for (const { client } of callers) {
      await client.permit(bobRelay)
      client.sendIndication(bobRelay, 'too early')
    }
    // Answered after what came before it.
    for (const { client } of callers) expect(codeOf(await client.refresh())).toBe(0)
    expect(codeOf(await bob.permit(...relays))).toBe(0)
    for (const [index, { client }] of callers.entries()) {
      expect(codeOf(await client.bind(0x4000, bobRelay))).toBe(0)
      client.sendIndication(bobRelay, `indication ${index}`)
      client.sendChannelData(0x4000, `channel ${index}`)
    }
    await bob.until(() => bob.data.length >= 2 * MANY)
    const expected = relays.flatMap((relay, index) =>
      ['indication', 'channel'].map((way) => `${formatAddress(relay)}: ${way} ${index}`),
    )
    expect(bob.data.toSorted()).toEqual(expected.toSorted())
    for (const [index, relay] of relays.entries()) {
      expect(codeOf(await bob.bind(0x4001 + index, relay))).toBe(0)
      bob.sendChannelData(0x4001 + index, `back ${index}`)
    }
    for (const [index, { client }] of callers.entries()) {
      await client.until(() => client.channelData.length > 0)
      expect(client.channelData).toEqual([`4000: back ${index}`])
    }
  })

  test('are nobody’s clients, even where the operator lets them reach the server', async () => {
    const server = await start({ peers: { allow: ['127.0.0.0/8'] } })
    const { port } = server.listeners[0] as BoundListener
    const itself = addressOf(`127.0.0.1:${port}`)
    const callers = await clientsOf(server)
    await Promise.all(callers.map(({ client }) => client.allocate()))
    // The system spreads them over both threads, whichever thread has the relay.
    for (const { client } of callers) {
      expect(codeOf(await client.bind(0x4000, itself))).toBe(0)
      const request = client.build(METHOD.binding, [], { isAnonymous: true })
      const bytes = new Uint8Array(channelDataBytes(request.length, false))
      writeChannelData(bytes, 0x4000, request, false)
      client.sendRaw(bytes)
    }
    const handled = async (): Promise<number> => {
      const { drops, traffic } = await server.stats()
      return (drops['relay'] ?? 0) + traffic.udp.toClient.packets
    }
    while ((await handled()) < MANY) await Bun.sleep(1)
    expect((await server.stats()).drops).toMatchObject({ relay: MANY })
  })

  test('hear nothing of what was sent to one that is gone', async () => {
    const server = await start()
    const bob = (await clientOf(server, 'bob')).client
    const bobRelay = await bob.allocate()
    const callers = await clientsOf(server)
    for (const { client } of callers) {
      await client.allocate()
      expect(codeOf(await client.bind(0x4000, bobRelay))).toBe(0)
    }
    await bob.refresh(ZERO)
    for (const { client } of callers) client.sendChannelData(0x4000, 'to nobody')
    for (const { client } of callers) expect(codeOf(await client.bind(0x4001, bobRelay))).toBe(403)
    const { drops } = await server.stats()
    expect(drops['peer-not-reachable']).toBe(MANY)
  })
})

describe('what holds over all threads together', () => {
  test('a quota, which is given back exactly once', async () => {
    const limits = { allocationsPerUser: 5, allocationsPerAddress: 5 }
    const server = await start({ limits })
    const clients = await clientsOf(server)
    for (let round = 0; round < 3; round += 1) {
      const codes = await Promise.all(clients.map(({ client }) => client.tryAllocate()))
      const allocated = clients.filter((_, index) => codes[index] === 0)
      expect(allocated).toHaveLength(5)
      expect(codes.filter((code) => code === 486)).toHaveLength(MANY - 5)
      expect((await server.stats()).allocations.open).toBe(5)
      // Twice, and the second time there is none.
      for (const { client } of allocated) {
        expect(codeOf(await client.refresh(ZERO))).toBe(0)
        expect(codeOf(await client.refresh(ZERO))).toBe(437)
      }
    }
  })

  test('TU32 answers to strangers, however they are spread', async () => {
    const limits = { unauthenticatedAnswersPerSecond: 20 }
    const server = await start({ limits, workers: 4 })
    const [first, ...others] = await clientsOf(server)
    const ask = ({ client }: SocketClient): void =>
      client.sendRaw(client.build(METHOD.binding, [], { isAnonymous: true }))
    // One alone is always in the same thread, and may have all of them.
    const began = Math.floor(Date.now() / 1000)
    for (let count = 0; count < 20; count += 1) ask(first!)
    await first!.client.until(() => first!.client.messages.length === 20)
    for (const other of others) ask(other)
    const dropped = async () => (await server.stats()).drops['rate'] ?? 0
    const answered = () => others.filter(({ client }) => client.messages.length > 0).length
    while (answered() + (await dropped()) < others.length) await Bun.sleep(1)
    // In the next second there are answers again.
    if (Math.floor(Date.now() / 1000) === began) expect(answered()).toBe(0)
  })

  test('TU33 credentials of a call reach nobody before they are granted anybody', async () => {
    const server = await start(SCOPED)
    for (const { client } of await scopedClientsOf(server)) {
      await client.allocate()
      expect(codeOf(await client.permit(PEER))).toBe(403)
      expect(codeOf(await client.bind(0x4000, PEER))).toBe(403)
    }
  })

  test('TU33 what was granted before the answer counts, however late a thread hears of it', async () => {
    const server = await start(SCOPED)
    for (const { client } of await scopedClientsOf(server)) {
      await client.allocate()
      const answers = [client.permit(PEER), client.bind(0x4000, PEER)]
      // The threads have the requests before there is a grant.
      Bun.sleepSync(5)
      const expiresAt = Date.now() + 60_000
      server.setGrant(client.username.split(':')[1]!, { peers: ['127.0.0.2'], expiresAt })
      expect((await Promise.all(answers)).map(codeOf)).toEqual([0, 0])
    }
  })

  test('a nonce, a revocation and figures', async () => {
    const server = await start()
    const clients = await clientsOf(server)
    await Promise.all(clients.map(({ client }) => client.allocate()))
    expect((await server.stats()).allocations).toEqual({ open: MANY, made: MANY, reserved: 0 })
    server.revoke(`ann at ${LOOPBACK_BITS}`, Date.now() + 60_000)
    while ((await server.stats()).allocations.open > 0) await Bun.sleep(1)
    const codes = await Promise.all(clients.map(({ client }) => client.tryAllocate()))
    expect(codes).toEqual(Array<number>(MANY).fill(403))
    expect(await (await clientOf(server, 'bob')).client.tryAllocate()).toBe(0)
  })

  test('a port that was reserved in whichever thread', async () => {
    const server = await start()
    for (const { client } of await clientsOf(server)) {
      await client.greet()
      const answer = await client.request(METHOD.allocate, [UDP_TRANSPORT, EVEN_PORT_AND_NEXT])
      const token = attributeOf(answer, ATTRIBUTE.reservationToken) ?? new Uint8Array(0)
      const port = portOf(xorAddressOf(answer, ATTRIBUTE.xorRelayedAddress))
      const reserved = [UDP_TRANSPORT, { type: ATTRIBUTE.reservationToken, value: token }]
      const other = await clientOf(server)
      expect(portOf(await other.client.allocate(reserved))).toBe(port + 1)
      const third = await clientOf(server)
      expect(await third.client.tryAllocate(reserved)).toBe(508)
    }
    const { allocations } = await server.stats()
    expect(allocations).toMatchObject({ open: 2 * MANY, reserved: 0 })
  })

  test('ports for clients, which no other server gets, until it closes', async () => {
    const server = await start()
    const { port } = server.listeners[0] as BoundListener
    const again = { ...OPTIONS, udp: [{ host: '127.0.0.1', port }] }
    for (const workers of [0, 1, 2]) {
      const error = await createTurnServer({ ...again, workers }).catch((cause: unknown) => cause)
      expect(error).toBeInstanceOf(DuetError)
      expect(error).toMatchObject({ code: 'port-in-use' })
    }
    await server.close()
    await server.close()
    const next = await createTurnServer(again)
    expect(next.listeners).toEqual([{ transport: 'udp', host: '127.0.0.1', port }])
    await next.close()
  })
})

describe('a thread that dies', () => {
  test('is replaced, and nothing of it stays behind; the others go on', async () => {
    const records: LogRecord[] = []
    const logger = createLogger('info', (record) => records.push(record))
    const limits = { allocationsPerAddress: MANY, allocationsPerUser: MANY }
    const server = await startTurnThreads(
      { ...OPTIONS, limits, logger },
      new URL('../testing/crashing-worker.ts', import.meta.url),
    )
    open.push(server)
    const clients = await clientsOf(server)
    await Promise.all(clients.map(({ client }) => client.allocate()))
    server.revoke('bob at nowhere', 0)
    server.revoke(`bob at ${LOOPBACK_BITS}`, Date.now() + 60_000)
    const { client: late } = await clientOf(server)
    expect(await late.tryAllocate()).toBe(486)

    const crashes = new BroadcastChannel(CRASHES)
    open.push(crashes)
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    crashes.postMessage(1)
    const lines = (): string[] => records.map(({ message }) => message)
    while (!lines().includes('a thread that relays took the place of another one')) {
      await Bun.sleep(5)
    }
    const died = records.find(({ level }) => level === 'error')
    expect(died?.message).toContain('died, and the calls that it relayed were cut off')
    expect(died?.fields).toEqual({ thread: 1, reason: 'a crash for a test' })

    const codes = await Promise.all(
      clients.map(async ({ client }) => codeOf(await client.refresh())),
    )
    const lost = codes.filter((code) => code === 437).length
    expect(codes.filter((code) => code === 0)).toHaveLength(MANY - lost)
    expect(lost).toBeGreaterThan(0)
    expect(lost).toBeLessThan(MANY)
    expect(await server.stats()).toMatchObject({ relays: MANY - lost })
    // Those that were cut off find their places free, and a revocation is remembered everywhere.
    const again = clients.filter((_, index) => codes[index] !== 0)
    for (const { client } of again) expect(await client.tryAllocate()).toBe(0)
    expect(await late.tryAllocate()).toBe(486)
    const bobs = await clientsOf(server, 'bob')
    const refused = await Promise.all(bobs.map(({ client }) => client.tryAllocate()))
    expect(refused).toEqual(Array<number>(MANY).fill(403))
  })
})

describe('options that make no sense in workers', () => {
  test.each<[string, Partial<TurnServerOptions>]>([
    ['a function that knows users', { authenticate: () => undefined }],
    ['more than there may be', { workers: 99 }],
    ['a part of one', { workers: 0.5 }],
    ['an empty realm', { realm: '' }],
    ['nobody who could allocate', { users: undefined as never }],
  ])('throws a TypeError for %s', async (_name, options) => {
    const error = await createTurnServer({ ...OPTIONS, ...options }).catch(
      (cause: unknown) => cause,
    )
    expect(error).toBeInstanceOf(TypeError)
  })
})
