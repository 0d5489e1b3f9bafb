import { describe, expect, test } from 'bun:test'
import { ATTRIBUTE, encodeUint32, formatAddress, joinAddress, parseIp, portOf } from '@duet/stun'
import { addressOf } from '@duet/datagrams'
import { codeOf, type TurnClient } from './testing/turn-client.ts'
import { SERVER_IP, World } from './testing/world.ts'
import type { TurnServerOptions } from './turn-server.ts'

const PEER_TEXT = '8.8.8.8:4000'
const PEER = addressOf(PEER_TEXT)
const ZERO = { type: ATTRIBUTE.lifetime, value: encodeUint32(0) }

async function relayed(options: Partial<TurnServerOptions> = {}) {
  const world = await World.create(options)
  const client = world.client()
  const relay = await client.allocate()
  const peer = world.network.peer(PEER_TEXT)
  return { world, client, relay, peer, relayText: formatAddress(relay) }
}

describe('Send and Data indications', () => {
  test('TU69 TU70 go there and back when there is a permission', async () => {
    const { client, relay, peer, relayText } = await relayed()
    await client.permit(PEER)
    client.sendIndication(PEER, 'ping')
    expect(peer.received).toEqual([`${relayText}: ping`])
    peer.send('pong', relay)
    expect(client.data).toEqual([`${PEER_TEXT}: pong`])
  })

  test('TU69 attack 18: of no bytes are sent, too', async () => {
    const { client, relay, peer, relayText } = await relayed()
    await client.permit(PEER)
    client.sendIndication(PEER, '')
    peer.send('', relay)
    expect(peer.received).toEqual([`${relayText}: `])
    expect(client.data).toEqual([`${PEER_TEXT}: `])
  })

  test('TU65 a permission holds for all ports of an address, and for no other address', async () => {
    const { world, client, relay, peer } = await relayed()
    const stranger = world.network.peer('8.8.8.9:4000')
    await client.permit(addressOf('8.8.8.8:1'))
    client.sendIndication(addressOf('8.8.8.9:4000'), 'no')
    client.sendIndication(PEER, 'yes')
    stranger.send('no', relay)
    peer.send('yes', relay)
    expect([peer.received.length, stranger.received.length]).toEqual([1, 0])
    expect(client.data).toEqual([`${PEER_TEXT}: yes`])
  })

  test('TU5 TU43 with an attribute that is not known, or DONT-FRAGMENT, are dropped', async () => {
    const { client, peer } = await relayed()
    await client.permit(PEER)
    client.sendIndication(PEER, 'no', [{ type: 0x7777, value: new Uint8Array(0) }])
    client.sendIndication(PEER, 'no', [{ type: ATTRIBUTE.dontFragment, value: new Uint8Array(0) }])
    expect(peer.received).toEqual([])
  })

  test('TU70 attack 18: what looks like STUN or ChannelData is data when a peer sends it', async () => {
    const { client, relay, peer } = await relayed()
    await client.permit(PEER)
    peer.send('@\u0000\u0000\u0001x', relay)
    peer.send('\u0000\u0001\u0000\u0000', relay)
    expect(client.data.length).toBe(2)
  })

  test('TU69 to port 0 are dropped', async () => {
    const { world, client } = await relayed()
    await client.permit(PEER)
    client.sendIndication(addressOf('8.8.8.8:0'), 'no')
    expect((await world.stats()).drops).toEqual({ 'malformed-send': 1 })
  })
})

describe('ChannelData', () => {
  test('TU66 TU70 goes there and back, and binding gave the permission', async () => {
    const { client, relay, peer, relayText } = await relayed()
    expect(codeOf(await client.bind(0x4001, PEER))).toBe(0)
    client.sendChannelData(0x4001, 'ping')
    peer.send('pong', relay)
    expect(peer.received).toEqual([`${relayText}: ping`])
    expect(client.channelData).toEqual(['4001: pong'])
    client.sendIndication(addressOf('8.8.8.8:9'), 'elsewhere')
    expect(client.data).toEqual([])
  })

  test('TU71 on a number that is not bound is dropped, and so is a cut one', async () => {
    const { world, client, peer } = await relayed()
    await client.bind(0x4001, PEER)
    client.sendChannelData(0x4002, 'no')
    client.sendRaw(Uint8Array.of(0x40, 0x01, 0, 5, 1))
    client.sendRaw(Uint8Array.of(0x40, 0x01))
    expect(peer.received).toEqual([])
    const { drops } = await world.stats()
    expect(drops).toEqual({ 'unbound-channel': 1, 'malformed-channel-data': 2 })
  })

  test('TU71 padding is not data', async () => {
    const { client, peer, relayText } = await relayed()
    await client.bind(0x4001, PEER)
    client.sendRaw(Uint8Array.of(0x40, 0x01, 0, 1, 0x61, 0, 0, 0))
    expect(peer.received).toEqual([`${relayText}: a`])
  })

  test('traffic is counted without headers', async () => {
    const { world, client, relay, peer } = await relayed()
    await client.bind(0x4001, PEER)
    client.sendChannelData(0x4001, '12345')
    peer.send('123', relay)
    expect((await world.stats()).traffic.udp).toEqual({
      fromClient: { packets: 1, bytes: 5 },
      toClient: { packets: 1, bytes: 3 },
    })
  })
})

describe('expiry', () => {
  const both = async (client: TurnClient, peer: { send: (text: string) => void }) => {
    client.sendIndication(PEER, 'out')
    peer.send('in')
  }

  test('TU65 attack 6: a permission ends after 300 s, and traffic does not prolong it', async () => {
    const { world, client, relay, peer } = await relayed()
    await client.permit(PEER)
    world.clock.advance(299_000)
    await both(client, { send: (text) => peer.send(text, relay) })
    expect([peer.received.length, client.data.length]).toEqual([1, 1])
    world.clock.advance(2000)
    await both(client, { send: (text) => peer.send(text, relay) })
    expect([peer.received.length, client.data.length]).toEqual([1, 1])
    await client.permit(PEER)
    await both(client, { send: (text) => peer.send(text, relay) })
    expect([peer.received.length, client.data.length]).toEqual([2, 2])
  })

  test('TU67 a channel carries nothing while its permission has expired', async () => {
    const { world, client, relay, peer } = await relayed()
    await client.bind(0x4001, PEER)
    world.clock.advance(301_000)
    client.sendChannelData(0x4001, 'no')
    peer.send('no', relay)
    expect([peer.received, client.channelData, client.data]).toEqual([[], [], []])
    await client.permit(addressOf('9.9.9.9:1'), PEER)
    client.sendChannelData(0x4001, 'yes')
    peer.send('yes', relay)
    expect([peer.received.length, client.channelData]).toEqual([1, ['4001: yes']])
  })

  test('TU67 attack 6: a channel ends after 600 s, its permission may go on', async () => {
    const { world, client, relay, peer } = await relayed()
    await client.bind(0x4001, PEER)
    world.clock.advance(290_000)
    await client.permit(PEER)
    world.clock.advance(289_000)
    await client.permit(PEER)
    await client.refresh()
    world.clock.advance(20_000)
    client.sendChannelData(0x4001, 'at 599 s')
    world.clock.advance(2000)
    client.sendChannelData(0x4001, 'at 601 s')
    peer.send('back', relay)
    expect(peer.received.map((line) => line.slice(-8))).toEqual(['at 599 s'])
    expect(client.data).toEqual([`${PEER_TEXT}: back`])
  })

  test('TU52 attack 6: nothing is relayed after a Refresh with 0, and the socket is gone', async () => {
    const { world, client, relay, peer } = await relayed()
    await client.bind(0x4001, PEER)
    await client.refresh(ZERO)
    client.sendChannelData(0x4001, 'no')
    client.sendIndication(PEER, 'no')
    peer.send('no', relay)
    expect([peer.received, client.channelData, client.data]).toEqual([[], [], []])
    expect((await world.stats()).relays).toBe(0)
  })
})

describe('two clients that are both relayed here', () => {
  async function twoRelayed(options: Partial<TurnServerOptions> = {}) {
    const world = await World.create(options)
    const ann = world.client('8.0.0.1:1000')
    const bob = world.client('8.0.0.2:1000', 'bob')
    return { world, ann, bob, annRelay: await ann.allocate(), bobRelay: await bob.allocate() }
  }
  const external = { bind: '10.0.0.5', external: '203.0.113.7' }

  test.each([
    ['with an address that is reserved', {}],
    ['behind an external address', { relay: { addresses: [external], minPort: 50_000 } }],
  ])('TU75 reach each other inside, %s', async (_name, options) => {
    const { world, ann, bob, annRelay, bobRelay } = await twoRelayed(options)
    await ann.permit(bobRelay)
    await bob.permit(annRelay)
    ann.sendIndication(bobRelay, 'hello')
    expect(bob.data).toEqual([`${formatAddress(annRelay)}: hello`])
    expect(codeOf(await ann.bind(0x4000, bobRelay))).toBe(0)
    expect(codeOf(await bob.bind(0x4005, annRelay))).toBe(0)
    ann.sendChannelData(0x4000, 'from ann')
    bob.sendChannelData(0x4005, 'from bob')
    expect(bob.channelData).toEqual(['4005: from ann'])
    expect(ann.channelData).toEqual(['4000: from bob'])
    const throughRelays = world.network.sent.filter((line) => !line.includes(':3478'))
    expect(throughRelays).toEqual([])
  })

  test('TU75 attack 1: only with the permission of the other', async () => {
    const { ann, bob, annRelay, bobRelay } = await twoRelayed()
    await ann.permit(bobRelay)
    ann.sendIndication(bobRelay, 'no')
    expect(bob.data).toEqual([])
    await bob.permit(annRelay)
    ann.sendIndication(bobRelay, 'yes')
    expect(bob.data.length).toBe(1)
  })

  test('TU75 attack 17: and one may even call itself, without a loop', async () => {
    const { ann, annRelay } = await twoRelayed()
    expect(codeOf(await ann.bind(0x4000, annRelay))).toBe(0)
    ann.sendChannelData(0x4000, 'echo')
    expect(ann.channelData).toEqual(['4000: echo'])
  })

  test('TU75 TU68 attack 1: other ports of the address are out of reach', async () => {
    const { world, ann, bob, bobRelay } = await twoRelayed()
    const service = world.network.peer(`${SERVER_IP}:8080`)
    const ip = parseIp(SERVER_IP) ?? raise()
    for (const port of [8080, 3478, 1]) {
      const address = joinAddress(ip, port)
      expect(codeOf(await ann.permit(address))).toBe(0)
      expect(codeOf(await ann.bind(0x4010, address))).toBe(403)
      ann.sendIndication(address, 'no')
    }
    expect(service.received).toEqual([])
    // A channel to a relayed address carries nothing once the allocation there is gone.
    expect(codeOf(await ann.bind(0x4011, bobRelay))).toBe(0)
    await bob.refresh(ZERO)
    const successor = world.network.peer(`${SERVER_IP}:${portOf(bobRelay)}`)
    ann.sendChannelData(0x4011, 'no')
    expect(successor.received).toEqual([])
  })

  test('when the address that peers see changes between them', async () => {
    const { world, ann, bob, annRelay } = await twoRelayed({
      relay: { addresses: [external], minPort: 50_000 },
    })
    const cat = world.client('8.0.0.3:1000')
    world.server.setExternal([
      { bind: '10.0.0.5', external: '198.51.100.77' },
      { bind: '10.0.0.5', external: '198.51.100.78' },
    ])
    const catRelay = await cat.allocate()
    expect(formatAddress(annRelay)).toStartWith('203.0.113.7:')
    expect(formatAddress(catRelay)).toStartWith('198.51.100.77:')
    await ann.permit(catRelay)
    await cat.permit(annRelay)
    ann.sendIndication(catRelay, 'to the new one')
    cat.sendIndication(annRelay, 'to the old one')
    expect(cat.data).toEqual([`${formatAddress(annRelay)}: to the new one`])
    expect(ann.data).toEqual([`${formatAddress(catRelay)}: to the old one`])
    // Nothing else is a peer at any of the addresses.
    for (const own of ['203.0.113.7:80', '198.51.100.77:80', '198.51.100.78:80']) {
      expect(codeOf(await bob.bind(0x4010, addressOf(own)))).toBe(403)
    }
    expect(() => world.server.setExternal([{ bind: 'nowhere', external: '::' }])).toThrow(TypeError)
    expect(formatAddress(await world.client('8.0.0.4:1').allocate())).toStartWith('198.51.100.77:')
  })

  test('TU75 ports that are open to relayed callers are reached', async () => {
    const { world, ann } = await twoRelayed({ peers: { ownPorts: [7000] } })
    const media = world.network.peer(`${SERVER_IP}:7000`)
    const address = addressOf(`${SERVER_IP}:7000`)
    expect(codeOf(await ann.bind(0x4000, address))).toBe(0)
    ann.sendChannelData(0x4000, 'offer')
    expect(media.received.length).toBe(1)
  })
})

function raise(): never {
  throw new Error('not an address')
}
