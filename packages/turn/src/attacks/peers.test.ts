import { describe, expect, test } from 'bun:test'
import { addressOf } from '@duet/datagrams'
import {
  ATTRIBUTE,
  encodeFamily,
  encodeXorAddress,
  formatAddress,
  METHOD,
  portOf,
} from '@duet/stun'
import { peerAttribute } from '../testing/forge.ts'
import { channelNumber, codeOf, UDP_TRANSPORT } from '../testing/turn-client.ts'
import { SERVER_IP, World } from '../testing/world.ts'

const PEER = addressOf('8.8.8.8:4000')
const IPV6 = '2606:4700::10'
const transactionId = new Uint8Array(12).fill(3)

describe('attack 1: this machine as a peer', () => {
  const NAT = { bind: '10.0.0.5', external: '203.0.113.7' }

  test.each([
    ['its bound address', '10.0.0.5'],
    ['its public address', '203.0.113.7'],
  ])('%s: no port but a relayed one is reached', async (_name, host) => {
    const world = await World.create({
      relay: { addresses: [NAT], minPort: 50_000, maxPort: 50_009 },
    })
    const client = world.client()
    await client.allocate()
    for (const port of [22, 80, 443, 3478, 5432, 49_999, 50_010, 65_535]) {
      const service = world.network.peer(`${host}:${port}`)
      const address = addressOf(`${host}:${port}`)
      // A permission is for an address, and relayed addresses are on this one.
      expect(codeOf(await client.permit(address))).toBe(0)
      expect(codeOf(await client.bind(0x4000, address))).toBe(403)
      client.sendIndication(address, 'no')
      client.sendChannelData(0x4000, 'no')
      expect([port, service.received]).toEqual([port, []])
    }
  })

  test('relay ports of this range that nobody has are not reached', async () => {
    const world = await World.create()
    const client = world.client()
    const relay = await client.allocate()
    const free = portOf(relay) === 50_000 ? 50_001 : 50_000
    const program = world.network.peer(`${SERVER_IP}:${free}`)
    const address = addressOf(`${SERVER_IP}:${free}`)
    await client.permit(address)
    client.sendIndication(address, 'no')
    expect(program.received).toEqual([])
    expect((await world.stats()).drops).toEqual({ 'peer-not-reachable': 1 })
  })

  test("a port that is reserved for another user is nobody's", async () => {
    const world = await World.create({
      relay: { addresses: [{ bind: SERVER_IP }], minPort: 50_000, maxPort: 50_010 },
    })
    const pair = [UDP_TRANSPORT, { type: ATTRIBUTE.evenPort, value: Uint8Array.of(0x80) }]
    const first = await world.client('8.0.0.2:1', 'bob').allocate(pair)
    const client = world.client()
    await client.allocate()
    const reserved = addressOf(`${SERVER_IP}:${portOf(first) + 1}`)
    await client.bind(0x4000, reserved)
    client.sendChannelData(0x4000, 'no')
    expect((await world.stats()).traffic.udp.toClient.packets).toBe(0)
  })
})

describe('attack 4: families', () => {
  test('XOR-PEER-ADDRESS whose family and length do not fit: 400', async () => {
    const world = await World.create()
    const client = world.client()
    await client.allocate()
    const [four, six] = [PEER, addressOf('[2606:4700::1]:80')].map((address) =>
      encodeXorAddress(address, transactionId),
    ) as [Uint8Array, Uint8Array]
    const malformed = [
      four.with(1, 2),
      four.with(1, 0),
      four.with(1, 3),
      four.subarray(0, 7),
      new Uint8Array([...four, 0]),
      six.with(1, 1),
      six.subarray(0, 19),
      new Uint8Array(0),
    ]
    for (const value of malformed) {
      const peer = { type: ATTRIBUTE.xorPeerAddress, value }
      const permission = client.request(METHOD.createPermission, [peer], { transactionId })
      expect(codeOf(await permission)).toBe(400)
      const attributes = [channelNumber(0x4000), peer]
      const channel = client.request(METHOD.channelBind, attributes, { transactionId })
      expect(codeOf(await channel)).toBe(400)
    }
  })

  test('IPv6 on an IPv4 allocation and IPv4 on an IPv6 one: 443, and no data', async () => {
    const world = await World.create({
      relay: { addresses: [{ bind: SERVER_IP }, { bind: IPV6 }], minPort: 50_000 },
    })
    const four = world.client('8.0.0.1:1')
    await four.allocate()
    const six = world.client('8.0.0.1:2')
    const family = { type: ATTRIBUTE.requestedAddressFamily, value: encodeFamily(6) }
    await six.allocate([UDP_TRANSPORT, family])
    const [peer4, peer6] = ['8.8.8.8:4000', '[2606:4700::1111]:4000']
    for (const [client, peer] of [
      [four, peer6],
      [six, peer4],
    ] as const) {
      const host = world.network.peer(peer)
      expect(codeOf(await client.permit(addressOf(peer)))).toBe(443)
      expect(codeOf(await client.bind(0x4000, addressOf(peer)))).toBe(443)
      client.sendIndication(addressOf(peer), 'no')
      client.sendChannelData(0x4000, 'no')
      expect(host.received).toEqual([])
    }
  })
})

describe('attack 5: what was refused stays refused', () => {
  const denied = addressOf('127.0.0.1:80')

  test('ChannelData after a ChannelBind that was refused goes nowhere', async () => {
    const world = await World.create()
    const service = world.network.peer('127.0.0.1:80')
    const client = world.client()
    await client.allocate()
    expect(codeOf(await client.bind(0x4000, denied))).toBe(403)
    client.sendChannelData(0x4000, 'no')
    expect(codeOf(await client.permit(denied))).toBe(403)
    client.sendIndication(denied, 'no')
    expect(service.received).toEqual([])
    expect((await world.stats()).drops).toEqual({ 'unbound-channel': 1, 'no-permission': 1 })
  })

  test('a denied peer before or after an allowed one leaves neither', async () => {
    const world = await World.create()
    const host = world.network.peer('8.8.8.8:4000')
    const client = world.client()
    await client.allocate()
    for (const peers of [
      [denied, PEER],
      [PEER, denied],
    ]) {
      expect(codeOf(await client.permit(...peers))).toBe(403)
    }
    client.sendIndication(PEER, 'no')
    expect(host.received).toEqual([])
  })

  test('a second peer in ChannelBind is not bound, and not permitted', async () => {
    const world = await World.create()
    const host = world.network.peer('8.8.8.8:4000')
    const client = world.client()
    await client.allocate()
    const peers = [PEER, denied].map((peer) => peerAttribute(peer, transactionId))
    const attributes = [channelNumber(0x4000), ...peers]
    const answer = await client.request(METHOD.channelBind, attributes, { transactionId })
    expect(codeOf(answer)).toBe(400)
    client.sendChannelData(0x4000, 'no')
    client.sendIndication(PEER, 'no')
    expect(host.received).toEqual([])
  })

  test('TU4 TU69 in a Send indication with two peers the first counts', async () => {
    const world = await World.create()
    const [first, second] = ['8.8.8.8:4000', '8.8.8.9:4000'].map((each) => world.network.peer(each))
    const client = world.client()
    const relay = await client.allocate()
    await client.permit(PEER, addressOf('8.8.8.9:4000'))
    // Its transaction id is random: the second address is one that nobody knows, or denied.
    client.sendIndication(PEER, 'yes', [peerAttribute(denied, transactionId)])
    expect(first?.received).toEqual([`${formatAddress(relay)}: yes`])
    expect(second?.received).toEqual([])
  })
})
