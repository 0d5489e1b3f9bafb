import { describe, expect, test } from 'bun:test'
import { addressOf } from '@duet/datagrams'
import { METHOD } from '@duet/stun'
import { DEFAULT_LIMITS } from '../limits.ts'
import { peerAttribute } from '../testing/forge.ts'
import { codeOf } from '../testing/turn-client.ts'
import { World } from '../testing/world.ts'

const transactionId = new Uint8Array(12).fill(4)

describe('attack 15: tables are bounded', () => {
  test('TU64 permissions for ever more addresses: 508 from the limit on', async () => {
    const world = await World.create()
    const client = world.client()
    await client.allocate()
    const codes: number[] = []
    for (let host = 1; host <= 200; host += 1) {
      codes.push(codeOf(await client.permit(addressOf(`8.8.8.${host}:1`))))
    }
    const { permissionsPerAllocation } = DEFAULT_LIMITS
    expect(codes.filter((code) => code === 0).length).toBe(permissionsPerAllocation)
    expect(codes.slice(permissionsPerAllocation).every((code) => code === 508)).toBe(true)
    // Those that hold are refreshed as before.
    expect(codeOf(await client.permit(addressOf('8.8.8.1:9')))).toBe(0)
  })

  test('TU64 one CreatePermission with 100 peers: 508, and none of them', async () => {
    const world = await World.create()
    const host = world.network.peer('8.8.8.1:1')
    const client = world.client()
    await client.allocate()
    const peers = Array.from({ length: 100 }, (_, index) =>
      peerAttribute(addressOf(`8.8.8.${index + 1}:1`), transactionId),
    )
    const answer = await client.request(METHOD.createPermission, peers, { transactionId })
    expect(codeOf(answer)).toBe(508)
    client.sendIndication(addressOf('8.8.8.1:1'), 'no')
    expect(host.received).toEqual([])
  })

  test('TU66 all 4096 channels: 508 from the limit on, and the first ones go on', async () => {
    const world = await World.create()
    const host = world.network.peer('8.8.8.8:1024')
    const client = world.client()
    await client.allocate()
    const codes: number[] = []
    for (let number = 0x4000; number <= 0x4fff; number += 1) {
      codes.push(codeOf(await client.bind(number, addressOf(`8.8.8.8:${1024 + number - 0x4000}`))))
    }
    const { channelsPerAllocation } = DEFAULT_LIMITS
    expect(codes.filter((code) => code === 0).length).toBe(channelsPerAllocation)
    expect(codes.filter((code) => code === 508).length).toBe(4096 - channelsPerAllocation)
    client.sendChannelData(0x4000, 'yes')
    expect(host.received.length).toBe(1)
  })

  test('a channel for a peer without room for its permission leaves nothing', async () => {
    const world = await World.create({ limits: { permissionsPerAllocation: 1 } })
    const client = world.client()
    await client.allocate()
    await client.permit(addressOf('8.8.8.1:1'))
    const peer = addressOf('8.8.8.2:1')
    expect(codeOf(await client.bind(0x4000, peer))).toBe(508)
    client.sendChannelData(0x4000, 'no')
    expect((await world.stats()).drops).toEqual({ 'unbound-channel': 1 })
    world.clock.advance(301_000)
    expect(codeOf(await client.bind(0x4000, peer))).toBe(0)
  })
})
