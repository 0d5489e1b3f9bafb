import { describe, expect, test } from 'bun:test'
import { addressOf } from '@duet/datagrams'
import { ATTRIBUTE, attributeOf, METHOD, type TransportAddress } from '@duet/stun'
import { World } from './testing/world.ts'
import type { TurnServerOptions } from './turn-server.ts'

const PEER_TEXT = '8.8.8.8:4000'
const PEER = addressOf(PEER_TEXT)
const PEER6 = addressOf('[2606:4700::1111]:4000')
const SERVER6 = '2001:4860:4860::8888'
const CLOSED = { type: 3, code: 3, info: 0 }

async function relayed(options: Partial<TurnServerOptions> = {}) {
  const world = await World.create(options)
  const client = world.client()
  const relay = await client.allocate()
  const fail = (error = CLOSED, peer: TransportAddress = PEER) =>
    world.network.fail(relay, peer, error)
  return { world, client, relay, fail }
}

describe('an ICMP error about a peer', () => {
  test('TU73 is told in a Data indication without data, with or without a channel', async () => {
    const { client, fail } = await relayed()
    await client.permit(PEER)
    fail()
    const last = client.messages.at(-1)
    expect(last).toMatchObject({ class: 'indication', method: METHOD.data })
    expect(last?.attributes.map(({ type }) => type)).toEqual([
      ATTRIBUTE.xorPeerAddress,
      ATTRIBUTE.icmp,
    ])
    expect(last && attributeOf(last, ATTRIBUTE.icmp)?.toHex()).toBe('0000030300000000')
    await client.bind(0x4000, PEER)
    fail({ type: 11, code: 0, info: 0 })
    expect(client.icmpErrors).toEqual([`${PEER_TEXT}: 3/3 0`, `${PEER_TEXT}: 11/0 0`])
    expect([client.data, client.channelData]).toEqual([[], []])
  })

  test('TU73 has the MTU where a datagram was too long, and 0 otherwise', async () => {
    const { client, fail } = await relayed()
    await client.permit(PEER)
    fail({ type: 3, code: 4, info: 1280 })
    fail({ type: 3, code: 1, info: 1280 })
    expect(client.icmpErrors).toEqual([`${PEER_TEXT}: 3/4 1280`, `${PEER_TEXT}: 3/1 0`])
  })

  test('TU73 needs a permission for the address, whatever the port', async () => {
    const { world, client, fail } = await relayed()
    fail()
    await client.permit(addressOf('8.8.8.8:1'), addressOf('8.8.4.4:1'))
    fail()
    fail(CLOSED, addressOf('8.8.8.9:4000'))
    expect(client.icmpErrors).toEqual([`${PEER_TEXT}: 3/3 0`])
    world.clock.advance(301_000)
    fail()
    expect(client.icmpErrors).toHaveLength(1)
    expect((await world.stats()).drops).toEqual({ 'no-permission': 3 })
  })

  test('TU73 TU68 needs a peer that may be reached', async () => {
    const { world, client, fail } = await relayed()
    const [own] = world.server.listeners
    const at = addressOf(`${own?.host}:1`)
    await client.permit(at)
    fail(CLOSED, at)
    expect(client.icmpErrors).toEqual([])
    expect((await world.stats()).drops).toEqual({ 'peer-not-reachable': 1 })
  })

  test('TU73 of IPv4 is told with the types 3 and 11 only', async () => {
    const { world, client, fail } = await relayed()
    await client.permit(PEER)
    for (const type of [0, 1, 2, 4, 5, 8, 12, 255]) fail({ type, code: 0, info: 7 })
    expect(client.icmpErrors).toEqual([])
    expect((await world.stats()).drops).toEqual({ 'icmp-type': 8 })
  })

  test('TU73 of IPv6 is told with the types 1, 2 and 3, and the MTU', async () => {
    const world = await World.create({ relay: { addresses: [{ bind: SERVER6 }] } })
    const client = world.client()
    const family = { type: ATTRIBUTE.requestedAddressFamily, value: Uint8Array.of(2, 0, 0, 0) }
    const transport = { type: ATTRIBUTE.requestedTransport, value: Uint8Array.of(17, 0, 0, 0) }
    const relay = await client.allocate([transport, family])
    await client.permit(PEER6)
    for (const type of [0, 1, 2, 3, 4, 11, 128]) {
      world.network.fail(relay, PEER6, { type, code: 0, info: 1400 })
    }
    expect(client.icmpErrors).toEqual(
      ['1/0 0', '2/0 1400', '3/0 0'].map((error) => `[2606:4700::1111]:4000: ${error}`),
    )
  })

  test('TU73 attack 18: ten thousand are told fifty times a second', async () => {
    const { world, client, fail } = await relayed()
    await client.permit(PEER)
    for (let count = 0; count < 10_000; count += 1) fail()
    expect(client.icmpErrors).toHaveLength(50)
    expect((await world.stats()).drops).toEqual({ 'icmp-rate': 9950 })
    world.clock.advance(1000)
    fail()
    expect(client.icmpErrors).toHaveLength(51)
  })

  test('TU73 TU52 is nothing to a client that is gone', async () => {
    const { world, client, fail } = await relayed()
    await client.permit(PEER)
    await client.refresh({ type: ATTRIBUTE.lifetime, value: new Uint8Array(4) })
    fail()
    expect(client.icmpErrors).toEqual([])
    expect(world.network.size).toBe(2)
  })
})
