import { describe, expect, test } from 'bun:test'
import { addressOf } from '@duet/datagrams'
import { formatAddress, METHOD } from '@duet/stun'
import { World } from '../testing/world.ts'

const PEER_TEXT = '8.8.8.8:4000'
const PEER = addressOf(PEER_TEXT)

async function relayed() {
  const world = await World.create()
  const client = world.client()
  const relay = await client.allocate()
  return { world, client, relay, peer: world.network.peer(PEER_TEXT) }
}

describe('attack 18: what peers send', () => {
  test('TU70 a flood without permission is counted, and nothing else', async () => {
    const { world, client, relay, peer } = await relayed()
    const before = client.messages.length
    for (let index = 0; index < 10_000; index += 1) peer.send('flood', relay)
    expect(client.messages.length).toBe(before)
    const { drops, traffic } = await world.stats()
    expect(drops).toEqual({ 'no-permission': 10_000 })
    expect(traffic.udp.toClient.packets).toBe(0)
  })

  test.each([
    ['a Binding request', '\u0000\u0001\u0000\u0000!\u0012'],
    ['an Allocate', '\u0000\u0003\u0000\u0008'],
    ['a success', '\u0001\u0001\u0000\u0000'],
    ['ChannelData', '@\u0000\u0000\u0001x'],
    ['ChannelData that says it is longer', '@\u0000\u007f\u007fx'],
    ['DTLS', '\u0016'],
    ['HTTP', 'GET / HTTP/1.1\r\n\r\n'],
    ['nothing', ''],
  ])('TU70 %s is data, by indication and by channel', async (_name, text) => {
    const { client, relay, peer } = await relayed()
    await client.permit(PEER)
    peer.send(text, relay)
    expect(client.data).toEqual([`${PEER_TEXT}: ${text}`])
    await client.bind(0x4000, PEER)
    peer.send(text, relay)
    expect(client.channelData).toEqual([`4000: ${text}`])
  })
})

describe('attack 18: datagrams of any size', () => {
  test.each([0, 1, 3, 4, 1199, 1500, 9000, 65_000])('%i bytes there and back', async (bytes) => {
    const { client, relay, peer } = await relayed()
    await client.bind(0x4000, PEER)
    const text = 'x'.repeat(bytes)
    client.sendChannelData(0x4000, text)
    client.sendIndication(PEER, text)
    peer.send(text, relay)
    const line = `${formatAddress(relay)}: ${text}`
    expect(peer.received).toEqual([line, line])
    expect(client.channelData).toEqual([`4000: ${text}`])
  })

  test('what is too long with its header is dropped, and the next one arrives', async () => {
    const { world, client, relay, peer } = await relayed()
    await client.permit(PEER)
    const longest = 'x'.repeat(65_507)
    peer.send(longest, relay)
    await client.bind(0x4000, PEER)
    peer.send(longest, relay)
    peer.send('next', relay)
    expect([client.data, client.channelData]).toEqual([[], ['4000: next']])
    const { drops } = await world.stats()
    expect((drops['too-long'] ?? 0) + (drops['client-not-reachable'] ?? 0)).toBe(2)
    expect((await client.request(METHOD.refresh)).class).toBe('success')
  })
})
