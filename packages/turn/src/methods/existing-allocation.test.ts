import { describe, expect, test } from 'bun:test'
import { ATTRIBUTE, encodeUint32, encodeXorAddress, METHOD, type StunAttribute } from '@duet/stun'
import { addressOf } from '@duet/datagrams'
import { channelNumber, codeOf, lifetimeOf, type TurnClient } from '../testing/turn-client.ts'
import { World } from '../testing/world.ts'

const ZERO = { type: ATTRIBUTE.lifetime, value: encodeUint32(0) }
const PEER = addressOf('8.8.8.8:4000')
const transactionId = new Uint8Array(12).fill(9)

function peer(text: string): StunAttribute {
  const value = encodeXorAddress(addressOf(text), transactionId)
  return { type: ATTRIBUTE.xorPeerAddress, value }
}

async function allocated(limits = {}): Promise<{ world: World; client: TurnClient }> {
  const world = await World.create({ limits })
  const client = world.client()
  await client.allocate()
  return { world, client }
}

describe.each([
  ['Refresh', METHOD.refresh, [] as StunAttribute[]],
  ['CreatePermission', METHOD.createPermission, [peer('8.8.8.8:1')]],
  ['ChannelBind', METHOD.channelBind, [channelNumber(0x4000), peer('8.8.8.8:1')]],
])('%s', (_name, method, attributes) => {
  test('TU62 437 without an allocation', async () => {
    const world = await World.create()
    const client = world.client()
    await client.greet()
    expect(codeOf(await client.request(method, attributes, { transactionId }))).toBe(437)
  })

  test("TU28 attack 10: 441 with another user's credentials", async () => {
    const { client } = await allocated()
    Object.assign(client, { username: 'bob', password: 'other' })
    expect(codeOf(await client.request(method, attributes, { transactionId }))).toBe(441)
  })

  test('TU5 420 for an attribute that is not known', async () => {
    const { client } = await allocated()
    const unknown = { type: 0x7fff, value: new Uint8Array(0) }
    const answer = await client.request(method, [...attributes, unknown], { transactionId })
    expect(codeOf(answer)).toBe(420)
  })

  test('TU9 success, twice', async () => {
    const { client } = await allocated()
    const request = () => client.request(method, attributes, { transactionId })
    expect(codeOf(await request())).toBe(0)
    expect(codeOf(await request())).toBe(0)
  })
})

describe('Refresh', () => {
  test('TU61 without LIFETIME, ten more minutes', async () => {
    const { world, client } = await allocated()
    world.clock.advance(599_000)
    expect(lifetimeOf(await client.refresh())).toBe(600)
    world.clock.advance(599_000)
    expect((await world.stats()).allocations.open).toBe(1)
    world.clock.advance(2000)
    expect((await world.stats()).allocations.open).toBe(0)
  })

  test('TU61 TU9 LIFETIME 0 ends the allocation and is answered with 0', async () => {
    const { world, client } = await allocated()
    expect(lifetimeOf(await client.refresh(ZERO))).toBe(0)
    expect(await world.stats()).toMatchObject({ allocations: { open: 0 }, relays: 0 })
    expect(codeOf(await client.refresh())).toBe(437)
    await client.allocate()
  })

  test.each([
    ['TU61 a short LIFETIME', 400, { type: ATTRIBUTE.lifetime, value: Uint8Array.of(0) }],
    [
      'TU63 a short family',
      400,
      { type: ATTRIBUTE.requestedAddressFamily, value: Uint8Array.of(1) },
    ],
    [
      'TU63 another family',
      443,
      { type: ATTRIBUTE.requestedAddressFamily, value: Uint8Array.of(2, 0, 0, 0) },
    ],
    [
      'TU63 an unknown family',
      443,
      { type: ATTRIBUTE.requestedAddressFamily, value: Uint8Array.of(9, 0, 0, 0) },
    ],
  ])('%s: %i', async (_name, code, attribute) => {
    const { world, client } = await allocated()
    expect(codeOf(await client.refresh(attribute, ZERO))).toBe(code)
    expect((await world.stats()).allocations.open).toBe(1)
  })
})

describe('CreatePermission', () => {
  const short = { type: ATTRIBUTE.xorPeerAddress, value: Uint8Array.of(0, 1, 0, 0) }
  test.each([
    ['TU64 no peer', 400, []],
    ['TU64 a malformed peer', 400, [peer('8.8.8.8:1'), short]],
    ['TU64 too many peers', 508, Array.from({ length: 21 }, () => peer('8.8.8.8:1'))],
    ['TU64 IPv6 on IPv4', 443, [peer('[2606:4700::1111]:1'), peer('127.0.0.1:1')]],
    ['TU64 a denied peer', 403, [peer('127.0.0.1:1')]],
    ['TU65 any port, as only the address counts', 0, [peer('8.8.8.8:0')]],
  ])('%s: %i', async (_name, code, attributes) => {
    const { client } = await allocated()
    const answer = await client.request(METHOD.createPermission, attributes, { transactionId })
    expect(codeOf(answer)).toBe(code)
  })

  test('TU64 attack 5: all or nothing: one denied peer keeps the others out', async () => {
    const { world, client } = await allocated()
    const remote = world.network.peer('8.8.8.8:4000')
    expect(codeOf(await client.permit(PEER, addressOf('10.0.0.1:1')))).toBe(403)
    client.sendIndication(PEER, 'hello')
    expect(remote.received).toEqual([])
  })

  test('TU64 attack 15: 508 beyond the limit, until old ones have expired', async () => {
    const { world, client } = await allocated({ permissionsPerAllocation: 2 })
    const three = ['8.8.8.1:1', '8.8.8.2:1', '8.8.8.3:1'].map(addressOf)
    expect(codeOf(await client.permit(...three))).toBe(508)
    expect(codeOf(await client.permit(...three.slice(0, 2)))).toBe(0)
    expect(codeOf(await client.permit(...three.slice(0, 2)))).toBe(0)
    expect(codeOf(await client.permit(...three.slice(2)))).toBe(508)
    world.clock.advance(300_000)
    expect(codeOf(await client.permit(...three.slice(2)))).toBe(0)
  })
})

describe('ChannelBind', () => {
  const good = peer('8.8.8.8:1')
  test.each([
    ['TU66 no number', 400, [good]],
    [
      'TU66 a short number',
      400,
      [{ type: ATTRIBUTE.channelNumber, value: Uint8Array.of(64) }, good],
    ],
    ['TU66 0x3fff', 400, [channelNumber(0x3fff), good]],
    ['TU66 0x5000', 400, [channelNumber(0x5000), good]],
    ['TU66 no peer', 400, [channelNumber(0x4000)]],
    ['TU66 two peers', 400, [channelNumber(0x4000), good, good]],
    ['TU66 port 0', 400, [channelNumber(0x4000), peer('8.8.8.8:0')]],
    ['TU66 IPv6 on IPv4', 443, [channelNumber(0x4000), peer('[::1]:1')]],
    ['TU66 a denied peer', 403, [channelNumber(0x4000), peer('127.0.0.1:1')]],
    ['TU66 0x4fff', 0, [channelNumber(0x4fff), good]],
  ])('%s: %i', async (_name, code, attributes) => {
    const { client } = await allocated()
    const answer = await client.request(METHOD.channelBind, attributes, { transactionId })
    expect(codeOf(answer)).toBe(code)
  })

  test('TU66 number and peer belong to each other alone, until the channel expires', async () => {
    const { world, client } = await allocated()
    const other = addressOf('8.8.8.8:4001')
    expect(codeOf(await client.bind(0x4000, PEER))).toBe(0)
    expect(codeOf(await client.bind(0x4000, other))).toBe(400)
    expect(codeOf(await client.bind(0x4001, PEER))).toBe(400)
    expect(codeOf(await client.bind(0x4001, other))).toBe(0)
    expect(codeOf(await client.refresh())).toBe(0)
    world.clock.advance(599_000)
    expect(codeOf(await client.refresh())).toBe(0)
    expect(codeOf(await client.bind(0x4001, PEER))).toBe(400)
    world.clock.advance(1000)
    await client.greet()
    expect(codeOf(await client.bind(0x4001, PEER))).toBe(0)
  })

  test('TU66 attack 15: 508 beyond the limit', async () => {
    const { client } = await allocated({ channelsPerAllocation: 1 })
    expect(codeOf(await client.bind(0x4000, PEER))).toBe(0)
    expect(codeOf(await client.bind(0x4001, addressOf('8.8.8.9:1')))).toBe(508)
    expect(codeOf(await client.bind(0x4000, PEER))).toBe(0)
  })
})
