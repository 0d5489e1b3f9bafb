import { expect, test } from 'bun:test'
import { addressOf, destinationOf } from '@duet/datagrams'
import {
  ATTRIBUTE,
  attributeOf,
  decodeMessage,
  formatAddress,
  verifyIntegrity,
  type ReceivedMessage,
} from '@duet/stun'
import { CHROMIUM_PACKETS } from './testing/chromium-packets.ts'
import { codeOf, lifetimeOf, xorAddressOf } from './testing/turn-client.ts'
import { SERVER_IP, settle, World } from './testing/world.ts'

const PEER = `${SERVER_IP}:50001`
const PACKETS = Object.fromEntries(
  Object.entries(CHROMIUM_PACKETS).map(([name, hex]) => [
    name,
    Uint8Array.fromHex(hex.replaceAll(/\s/g, '')),
  ]),
) as Record<keyof typeof CHROMIUM_PACKETS, Uint8Array>

test('TU50 a call of Chromium, packet by packet, is served', async () => {
  const relay = { addresses: [{ bind: SERVER_IP }], minPort: 50_000, maxPort: 50_001 }
  const world = await World.create({ relay })
  const chromium = world.client('8.0.0.1:1000')
  const { integrity } = Object.assign(chromium, { realm: 'duet' })
  const ask = async (packet: Uint8Array): Promise<ReceivedMessage> => {
    const answer = await chromium.exchange(packet)
    expect(answer.hasFingerprint).toBe(false)
    return answer
  }
  const sealed = async (packet: Uint8Array): Promise<ReceivedMessage> => {
    const answer = await ask(packet)
    expect([codeOf(answer), verifyIntegrity(answer, integrity)]).toEqual([0, true])
    return answer
  }

  const binding = await ask(PACKETS.binding)
  expect(formatAddress(xorAddressOf(binding, ATTRIBUTE.xorMappedAddress))).toBe('8.0.0.1:1000')
  const challenge = await ask(PACKETS.allocate)
  expect(codeOf(challenge)).toBe(401)
  expect(attributeOf(challenge, ATTRIBUTE.realm)?.length).toBe(4)

  // The peer was the first to allocate: its port is free when this one has the other.
  const { ip, port } = destinationOf(addressOf(PEER))
  const taken = world.network.open({ ip, port, onDatagram() {} })
  const allocated = await sealed(PACKETS.allocateAgain)
  taken.close()
  expect(xorAddressOf(allocated, ATTRIBUTE.xorRelayedAddress)).toBe(addressOf(`${SERVER_IP}:50000`))
  expect(xorAddressOf(allocated, ATTRIBUTE.xorMappedAddress)).toBe(addressOf('8.0.0.1:1000'))
  expect(lifetimeOf(allocated)).toBe(600)
  const peer = world.client('8.0.0.2:1000', 'bob')
  expect(await peer.allocate()).toBe(addressOf(PEER))
  await peer.permit(addressOf(`${SERVER_IP}:50000`))

  await sealed(PACKETS.createPermission)
  chromium.sendRaw(PACKETS.send)
  const indication = peer.messages.at(-1)
  const check = decodeMessage(attributeOf(indication!, ATTRIBUTE.data) ?? new Uint8Array(0))
  expect(check?.attributes.some(({ type }) => type === ATTRIBUTE.useCandidate)).toBe(true)
  await sealed(PACKETS.channelBind)
  chromium.sendRaw(PACKETS.channelData)
  const data = attributeOf(peer.messages.at(-1)!, ATTRIBUTE.data)
  expect(data?.toHex()).toBe(PACKETS.channelData.subarray(4).toHex())
  peer.sendIndication(addressOf(`${SERVER_IP}:50000`), 'back')
  expect(chromium.channelData).toEqual(['4000: back'])

  expect(lifetimeOf(await sealed(PACKETS.refresh))).toBe(0)
  await settle()
  expect((await world.stats()).allocations.open).toBe(1)
})
