import { describe, expect, test } from 'bun:test'
import { FakeClock, silentLogger } from '@duet/base'
import { LAST_CHANNEL, METHOD, parseIp, StreamFramer } from '@duet/stun'
import { usersAuthenticator } from './authenticator.ts'
import { DEFAULT_LIMITS, type TurnLimits } from './limits.ts'
import { PeerPolicy } from './peer-policy.ts'
import { PeerRouter } from './peer-router.ts'
import { RelayPool } from './relay-pool.ts'
import { StreamClient } from './stream-client.ts'
import { addressOf, FakeDatagrams } from '@duet/datagrams'
import { TurnClient } from './testing/turn-client.ts'
import { TurnCore } from './turn-core.ts'
import { WriteTurn } from './write-turn.ts'

/** A connection whose client reads only as much as it is told to. */
function connection(changes: Partial<TurnLimits> = {}) {
  const clock = new FakeClock()
  const network = new FakeDatagrams()
  const bind = parseIp('198.51.100.10') ?? raise()
  const addresses = [{ bind, external: bind }]
  const logger = silentLogger
  const relays = new RelayPool({ network, addresses, minPort: 50_000, maxPort: 50_099, logger })
  const policy = new PeerPolicy({ relayed: [bind], own: [] })
  const core = new TurnCore({
    realm: 'duet',
    authenticate: usersAuthenticator(new Map([['ann', 'secret']])),
    nonceKey: 'a key for nonces in tests',
    relays,
    router: new PeerRouter({ policy, relays, ownPorts: new Set() }),
    limits: { ...DEFAULT_LIMITS, ...changes },
    lastChannel: LAST_CHANNEL,
    clock,
    logger,
  })
  const socket = {
    room: Infinity,
    isTerminated: false,
    written: 0,
    writes: 0,
    write(bytes: Uint8Array): number {
      const taken = Math.min(bytes.length, socket.room)
      socket.room -= taken
      socket.written += taken
      socket.writes += 1
      framer.push(bytes.slice(0, taken))
      return taken
    },
    terminate() {
      socket.isTerminated = true
    },
  }
  const stream = new StreamClient({
    core,
    socket,
    turn: new WriteTurn(),
    transport: 'tcp',
    address: addressOf('8.0.0.1:1000'),
  })
  const client: TurnClient = new TurnClient({
    isStream: true,
    send: (bytes) => stream.handleData(bytes),
  })
  const framer = new StreamFramer({
    maxFrameBytes: 70_000,
    onFrame: (bytes, start, end) => client.handle(bytes.subarray(start, end)),
  })
  return { clock, core, network, socket, stream, client }
}

describe('StreamClient', () => {
  test('attack 16: is closed when it makes no allocation in time', () => {
    const { clock, stream, socket } = connection()
    stream.handleData(Uint8Array.of(0, 3))
    clock.advance(9999)
    stream.handleTick(clock.now())
    expect(socket.isTerminated).toBe(false)
    clock.advance(1)
    stream.handleTick(clock.now())
    expect([socket.isTerminated, stream.state.kind]).toEqual([true, 'closed'])
  })

  test('attack 16: stays while it has an allocation, and is closed some time after', async () => {
    const { clock, core, stream, socket, client } = connection()
    await client.allocate()
    clock.advance(500_000)
    stream.handleTick(clock.now())
    expect(socket.isTerminated).toBe(false)
    clock.advance(101_000)
    expect([core.services.allocations.size, stream.state.kind]).toEqual([0, 'idle'])
    clock.advance(30_000)
    stream.handleTick(clock.now())
    expect(socket.isTerminated).toBe(true)
  })

  test('TU52 takes its allocation with it, once, and nothing is sent to it afterwards', async () => {
    const { core, stream, network, socket, client } = connection()
    const relay = await client.allocate()
    const peer = network.peer('8.8.8.8:4000')
    await client.bind(0x4000, addressOf('8.8.8.8:4000'))
    stream.handleClose()
    stream.handleClose()
    const { written } = socket
    peer.send('late', relay)
    stream.handleData(client.build(METHOD.refresh, []))
    expect([core.services.allocations.size, core.services.quota.tracked]).toEqual([0, 0])
    expect(socket.written).toBe(written)
  })

  test('TU52 an allocation that is still being made ends with the connection', async () => {
    const { core, stream, network, client } = connection()
    await client.greet()
    client.sendRaw(
      client.build(METHOD.allocate, [{ type: 0x19, value: Uint8Array.of(17, 0, 0, 0) }]),
    )
    expect(core.services.allocations.size).toBe(1)
    stream.handleClose()
    while (network.size > 0) await Promise.resolve()
    expect([core.services.allocations.size, core.services.relays.size]).toEqual([0, 0])
  })

  test('TU72 attack 16: one that does not read loses relayed data, bounded and in whole frames', async () => {
    const { core, stream, network, socket, client } = connection({ writeBacklogBytes: 10_000 })
    const relay = await client.allocate()
    const peer = network.peer('8.8.8.8:4000')
    await client.bind(0x4000, addressOf('8.8.8.8:4000'))
    socket.room = 500
    const { written } = socket
    for (let index = 0; index < 100; index += 1) peer.send('x'.repeat(996), relay)
    expect(core.services.counters.drops).toEqual({ 'client-not-reachable': 90 })
    expect(socket.isTerminated).toBe(false)
    socket.room = Infinity
    stream.handleDrain()
    expect((socket.written - written) % 1000).toBe(0)
    expect(socket.written - written).toBe(10_000)
    peer.send('again', relay)
    await client.until(() => client.channelData.at(-1) === '4000: again')
  })

  test('what is relayed in one turn is written at once, and before the answer that follows it', async () => {
    const { network, socket, client } = connection()
    const relay = await client.allocate()
    const peer = network.peer('8.8.8.8:4000')
    await client.bind(0x4000, addressOf('8.8.8.8:4000'))
    const { writes } = socket
    for (const text of ['one', 'two', 'three']) peer.send(text, relay)
    expect(client.channelData).toEqual([])
    await client.until(() => client.channelData.length > 0)
    expect(client.channelData).toEqual(['4000: one', '4000: two', '4000: three'])
    expect(socket.writes - writes).toBe(1)
    peer.send('four', relay)
    const refreshed = client.refresh()
    expect(client.channelData.at(-1)).toBe('4000: four')
    await refreshed
    // One longer than what is written at once, between others.
    for (const text of ['five', 'x'.repeat(60_000), 'six']) peer.send(text, relay)
    await client.until(() => client.channelData.length === 7)
    expect(client.channelData.map((line) => line.length)).toEqual([9, 9, 11, 10, 10, 60_006, 9])
  })

  test('attack 16: one that asks and does not read is closed', async () => {
    const { stream, socket, client } = connection({
      writeBacklogBytes: 1000,
      unauthenticatedAnswersPerSecond: Infinity,
    })
    await client.greet()
    socket.room = 0
    for (let index = 0; index < 100; index += 1) {
      client.sendRaw(client.build(METHOD.binding, [], { isAnonymous: true }))
    }
    expect([socket.isTerminated, stream.state.kind]).toEqual([true, 'closed'])
  })

  test.each([
    ['HTTP', 'POST / HTTP/1.1\r\n\r\n', 'not-stun'],
    ['a legacy channel', '\u0050\u0000\u0000\u0000', 'not-stun'],
    ['a long frame before the allocation', '\u0040\u0000\u0020\u0000', 'too-long'],
  ])('TU2 attack 16: %s ends the connection', (_name, text, reason) => {
    const { core, stream, socket } = connection()
    stream.handleData(new TextEncoder().encode(text))
    expect(socket.isTerminated).toBe(true)
    expect(core.services.counters.drops).toEqual({ [`connection-${reason}`]: 1 })
  })
})

function raise(): never {
  throw new Error('not an address')
}
