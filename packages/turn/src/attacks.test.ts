import { describe, expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import * as fc from 'fast-check'
import {
  ATTRIBUTE,
  encodeMessage,
  encodeText,
  encodeUint32,
  encodeXorAddress,
  ipFromBits,
  METHOD,
  type StunAttribute,
} from '@duet/stun'
import { AnswerLimiter } from './answer-limiter.ts'
import { usersAuthenticator } from './authenticator.ts'
import { AllocationQuota } from './quota.ts'
import { DEFAULT_LIMITS } from './limits.ts'
import { addressOf, destinationOf } from '@duet/datagrams'
import { channelNumber, codeOf, UDP_TRANSPORT, type TurnClient } from './testing/turn-client.ts'
import { SERVER_IP, settle, World } from './testing/world.ts'

const ZERO = { type: ATTRIBUTE.lifetime, value: encodeUint32(0) }
const PEER = addressOf('8.8.8.8:4000')

/** The request with attributes after its end and a length that counts them. */
function append(bytes: Uint8Array, attributes: StunAttribute[]): Uint8Array {
  const empty = { class: 'request', method: 1, transactionId: new Uint8Array(12) } as const
  const all = new Uint8Array([...bytes, ...encodeMessage({ ...empty, attributes }).subarray(20)])
  new DataView(all.buffer).setUint16(2, all.length - 20)
  return all
}

describe('what is not signed does not count', () => {
  test('LIFETIME 0 after the integrity does not end an allocation', async () => {
    const world = await World.create()
    const client = world.client()
    await client.allocate()
    const answer = await client.exchange(append(client.build(METHOD.refresh, []), [ZERO]))
    expect(codeOf(answer)).toBe(0)
    expect(world.server.stats().allocations.open).toBe(1)
  })

  test('a peer after the integrity gets no permission', async () => {
    const world = await World.create()
    const client = world.client()
    await client.allocate()
    const remote = world.network.peer('8.8.8.8:4000')
    const transactionId = new Uint8Array(12).fill(3)
    const value = encodeXorAddress(PEER, transactionId)
    const bytes = client.build(METHOD.createPermission, [], { transactionId })
    const forged = append(bytes, [{ type: ATTRIBUTE.xorPeerAddress, value }])
    expect(codeOf(await client.exchange(forged))).toBe(400)
    client.sendIndication(PEER, 'no')
    expect(remote.received).toEqual([])
  })

  test('another USERNAME after the integrity is nobody', async () => {
    const world = await World.create()
    const client = world.client('8.0.0.1:1000', 'nobody')
    await client.greet()
    const forged = append(client.build(METHOD.allocate, [UDP_TRANSPORT]), [
      { type: ATTRIBUTE.username, value: encodeText('ann') },
    ])
    expect(codeOf(await client.exchange(forged))).toBe(401)
  })

  test.each([
    ['with FINGERPRINT', true],
    ['without', false],
  ])('a request %s with any bit changed is not accepted', async (_name, fingerprint) => {
    const world = await World.create({ limits: { unauthenticatedAnswersPerSecond: Infinity } })
    const client = world.client()
    await client.greet()
    const request = client.build(METHOD.allocate, [UDP_TRANSPORT], { fingerprint })
    // With another type, FINGERPRINT is something after the integrity, which is ignored.
    const ignored = fingerprint ? [request.length - 8, request.length - 7] : []
    for (let bit = 0; bit < request.length * 8; bit += 1) {
      if (ignored.includes(bit >> 3)) continue
      const changed = request.slice()
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      client.sendRaw(changed)
    }
    await settle()
    const allocated = client.messages.filter(
      ({ method, class: kind }) => method === METHOD.allocate && kind === 'success',
    )
    expect(allocated).toEqual([])
    expect(world.server.stats().allocations).toEqual({ open: 0, made: 0, reserved: 0 })
    expect(codeOf(await client.exchange(request))).toBe(0)
  })
})

describe('nothing that arrives can throw', () => {
  test('10 000 mutated requests and ChannelData of a client that is allocated', async () => {
    const errors: unknown[] = []
    const logError = (_message: string, fields: unknown): void => void errors.push(fields)
    const quiet = (): void => {}
    const logger = { error: logError, warn: quiet, info: quiet, debug: quiet, with: () => logger }
    const world = await World.create({ limits: 'off', logger })
    const client = world.client()
    await client.allocate()
    await client.bind(0x4000, PEER)
    const peer = {
      type: ATTRIBUTE.xorPeerAddress,
      value: encodeXorAddress(PEER, new Uint8Array(12)),
    }
    const seeds = [
      client.build(METHOD.allocate, [
        UDP_TRANSPORT,
        { type: ATTRIBUTE.evenPort, value: Uint8Array.of(128) },
      ]),
      client.build(METHOD.refresh, [ZERO]),
      client.build(METHOD.createPermission, [peer, peer]),
      client.build(METHOD.channelBind, [channelNumber(0x4001), peer]),
      client.build(METHOD.binding, [], { isAnonymous: true, fingerprint: true }),
      append(Uint8Array.from([0, 0x16, 0, 0, 0x21, 0x12, 0xa4, 0x42, ...new Uint8Array(12)]), [
        peer,
        { type: ATTRIBUTE.data, value: encodeText('hello') },
      ]),
      Uint8Array.of(0x40, 0, 0, 4, 1, 2, 3, 4),
    ]
    const mutation = fc.record({
      seed: fc.constantFrom(...seeds),
      changes: fc.array(fc.tuple(fc.nat(400), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
      length: fc.nat(400),
      isCut: fc.boolean(),
    })
    fc.assert(
      fc.property(mutation, ({ seed, changes, length, isCut }) => {
        const bytes = seed.slice(0, isCut ? length : seed.length)
        for (const [index, value] of changes) if (index < bytes.length) bytes[index] = value
        client.sendRaw(bytes)
      }),
      { numRuns: 10_000 },
    )
    await settle()
    expect(errors).toEqual([])
    world.server.close()
    expect([world.serverSockets, world.clock.pending]).toEqual([0, 0])
  })
})

describe('a flood of strangers', () => {
  test('leaves no state', async () => {
    const world = await World.create()
    const server = destinationOf(addressOf(`${SERVER_IP}:3478`))
    const stranger = world.client('8.0.0.1:1')
    const requests = [
      stranger.build(METHOD.allocate, [UDP_TRANSPORT], { isAnonymous: true }),
      stranger.build(METHOD.binding, [], { isAnonymous: true }),
      stranger.build(METHOD.refresh, []),
    ]
    for (let index = 0; index < 3000; index += 1) {
      const { ip, port } = destinationOf(addressOf(`8.${index >> 8}.${index & 255}.1:5000`))
      const socket = world.network.open({ ip, port, onDatagram: () => {} })
      for (const request of requests) socket.send(request, server)
      socket.close()
    }
    await settle()
    const { allocations, relays, connections } = world.server.stats()
    expect({ allocations, relays, connections }).toEqual({
      allocations: { open: 0, made: 0, reserved: 0 },
      relays: 0,
      connections: 0,
    })
    expect([world.serverSockets, world.clock.pending]).toEqual([1, 1])
  })

  test('cannot make the limiter let one address have more than its share', () => {
    const clock = new FakeClock()
    const limiter = new AnswerLimiter(10, clock)
    const victim = ipFromBits(0x0808_0808)
    const answered = Array.from({ length: 1000 }, () => limiter.take(victim)).filter(Boolean)
    expect(answered.length).toBe(10)
    const network = 0x2606_4700_0000_0001n << 64n
    const hosts = Array.from({ length: 100 }, (_, host) => ipFromBits(network + BigInt(host)))
    expect(hosts.filter((host) => limiter.take(host)).length).toBe(10)
  })

  test('is not answered to indications, answers and foreign packets', async () => {
    const world = await World.create()
    const client = world.client()
    const transactionId = new Uint8Array(12)
    for (const kind of ['indication', 'success', 'error'] as const) {
      for (const method of [METHOD.binding, METHOD.allocate, METHOD.data]) {
        client.sendRaw(encodeMessage({ class: kind, method, transactionId, attributes: [] }))
      }
    }
    client.sendRaw(
      encodeMessage({ class: 'request', method: 0xabc, transactionId, attributes: [] }),
    )
    client.sendRaw(encodeText('GET / HTTP/1.1\r\n\r\n'))
    client.sendRaw(new Uint8Array(0))
    await settle()
    expect(client.messages).toEqual([])
  })
})

describe('the quota is given back exactly once', () => {
  const ways: [string, (world: World, client: TurnClient) => Promise<unknown>][] = [
    ['Refresh with 0', (_world, client) => client.refresh(ZERO)],
    [
      'Refresh with 0, twice',
      async (_world, client) => {
        await client.refresh(ZERO)
        await client.refresh(ZERO)
      },
    ],
    ['expiry', async (world) => world.clock.advance(601_000)],
  ]
  test.each(ways)('after %s', async (_name, end) => {
    const world = await World.create({ limits: { allocationsPerUser: 2 } })
    for (let round = 0; round < 5; round += 1) {
      const client = world.client(`8.0.0.1:${1000 + round}`)
      await client.allocate()
      await end(world, client)
    }
    await world.client('8.0.0.1:1').allocate()
    await world.client('8.0.0.1:2').allocate()
    expect(await world.client('8.0.0.1:3').tryAllocate()).toBe(486)
  })

  test('after an Allocate that found no port', async () => {
    const world = await World.create({
      limits: { allocationsPerUser: 1 },
      relay: { addresses: [{ bind: SERVER_IP }], minPort: 50_000, maxPort: 50_000 },
    })
    world.network.peer(`${SERVER_IP}:50000`)
    const client = world.client()
    for (let round = 0; round < 3; round += 1) {
      expect(await client.tryAllocate()).toBe(508)
    }
    expect(world.server.stats()).toMatchObject({ relays: 0, allocations: { open: 0 } })
  })

  test('and reserved ports count, so that they cannot be hoarded', async () => {
    const world = await World.create({ limits: { allocationsPerUser: 4 } })
    const pair = [UDP_TRANSPORT, { type: ATTRIBUTE.evenPort, value: Uint8Array.of(0x80) }]
    await world.client('8.0.0.1:1').allocate(pair)
    await world.client('8.0.0.1:2').allocate(pair)
    expect(await world.client('8.0.0.1:3').tryAllocate(pair)).toBe(486)
    world.clock.advance(31_000)
    await world.client('8.0.0.1:4').allocate(pair)
  })

  test('a shared login has a quota at each address', async () => {
    const users = new Map([['page', 'secret']])
    const world = await World.create({
      limits: { allocationsPerUser: 1 },
      authenticate: usersAuthenticator(users, { areShared: true }),
    })
    await world.client('8.0.0.1:1', 'page').allocate()
    expect(await world.client('8.0.0.1:2', 'page').tryAllocate()).toBe(486)
    await world.client('8.0.0.2:1', 'page').allocate()
  })

  test('by user, by address and in total', () => {
    const limits = {
      ...DEFAULT_LIMITS,
      allocations: 5,
      allocationsPerUser: 2,
      allocationsPerAddress: 3,
    }
    const quota = new AllocationQuota(limits)
    const take = (userId: string, host: number) => quota.take({ userId, ip: ipFromBits(host) })
    const taken = [take('ann', 1), take('ann', 1), take('bob', 1)]
    expect(take('ann', 2)).toBeUndefined()
    expect(take('eve', 1)).toBeUndefined()
    taken.push(take('eve', 2), take('eve', 3))
    expect(take('zoe', 4)).toBeUndefined()
    for (const release of [...taken, ...taken]) release?.()
    expect([quota.total, quota.tracked]).toEqual([0, 0])
  })
})
