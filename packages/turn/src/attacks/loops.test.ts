import { describe, expect, test } from 'bun:test'
import { addressOf } from '@duet/datagrams'
import { ATTRIBUTE, encodeMessage, encodeXorAddress, formatAddress, METHOD } from '@duet/stun'
import { codeOf, UDP_TRANSPORT, type TurnClient } from '../testing/turn-client.ts'
import { SERVER_IP, World } from '../testing/world.ts'

/** What the server took from clients and handed to them, in packets. */
async function packetsOf(world: World): Promise<[number, number]> {
  const { fromClient, toClient } = (await world.stats()).traffic.udp
  return [fromClient.packets, toClient.packets]
}

describe('attack 17: loops', () => {
  test('two allocations bound to each other pass a packet once', async () => {
    const world = await World.create()
    const ann = world.client('8.0.0.1:1')
    const bob = world.client('8.0.0.2:1', 'bob')
    const [annRelay, bobRelay] = [await ann.allocate(), await bob.allocate()]
    await ann.bind(0x4000, bobRelay)
    await bob.bind(0x4000, annRelay)
    ann.sendChannelData(0x4000, 'once')
    expect([ann.channelData, bob.channelData]).toEqual([[], ['4000: once']])
    expect(await packetsOf(world)).toEqual([1, 1])
  })

  test('a relay bound to itself passes a packet once', async () => {
    const world = await World.create()
    const client = world.client()
    const relay = await client.allocate()
    expect(codeOf(await client.bind(0x4000, relay))).toBe(0)
    client.sendChannelData(0x4000, 'once')
    client.sendIndication(relay, 'twice')
    expect(client.channelData).toEqual(['4000: once', '4000: twice'])
    expect(await packetsOf(world)).toEqual([2, 2])
  })

  test('a request to the server through a relay of its own arrives nowhere', async () => {
    const external = { bind: '10.0.0.5', external: '203.0.113.7' }
    const world = await World.create({ relay: { addresses: [external], minPort: 50_000 } })
    const client = world.client()
    await client.allocate()
    const binding = String.fromCodePoint(...client.build(1, [], { isAnonymous: true }).slice(0, 4))
    for (const host of [SERVER_IP, '10.0.0.5', '203.0.113.7']) {
      const listener = addressOf(`${host}:3478`)
      await client.permit(listener)
      expect(codeOf(await client.bind(0x4000, listener))).toBe(403)
      client.sendIndication(listener, binding)
    }
    expect(await packetsOf(world)).toEqual([0, 0])
    expect(client.data).toEqual([])
  })

  test('nor does it where the port of TURN is one that relays may reach', async () => {
    const world = await World.create({ peers: { ownPorts: [3478] } })
    const client = world.client()
    await client.allocate()
    const listener = addressOf(`${SERVER_IP}:3478`)
    await client.permit(listener)
    const asked = [
      client.build(METHOD.binding, [], { isAnonymous: true }),
      client.build(METHOD.allocate, [UDP_TRANSPORT], { isAnonymous: true }),
      client.build(METHOD.allocate, [UDP_TRANSPORT]),
    ]
    for (const value of asked) {
      const transactionId = crypto.getRandomValues(new Uint8Array(12))
      const peer = {
        type: ATTRIBUTE.xorPeerAddress,
        value: encodeXorAddress(listener, transactionId),
      }
      const attributes = [peer, { type: ATTRIBUTE.data, value }]
      const method = METHOD.send
      client.sendRaw(encodeMessage({ class: 'indication', method, transactionId, attributes }))
    }
    expect((await world.stats()).drops).toEqual({ relay: asked.length })
    expect(client.data).toEqual([])
  })

  test('clients that echo at each other stop with the permission of either', async () => {
    const world = await World.create()
    const ann = world.client('8.0.0.1:1')
    const bob = world.client('8.0.0.2:1', 'bob')
    const [annRelay, bobRelay] = [await ann.allocate(), await bob.allocate()]
    await ann.permit(bobRelay)
    await bob.permit(annRelay)
    const echo = (from: TurnClient, to: typeof annRelay) => {
      for (let turn = 0; turn < 100; turn += 1) from.sendIndication(to, `${turn}`)
    }
    echo(ann, bobRelay)
    expect(bob.data.length).toBe(100)
    world.clock.advance(301_000)
    await ann.permit(bobRelay)
    echo(ann, bobRelay)
    expect(bob.data.length).toBe(100)
    expect(bob.data[0]).toBe(`${formatAddress(annRelay)}: 0`)
  })
})
