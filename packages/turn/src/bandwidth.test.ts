import { describe, expect, test } from 'bun:test'
import { addressOf } from '@duet/datagrams'
import { parseIp, type IpAddress } from '@duet/stun'
import { Bandwidth, type Meter } from './bandwidth.ts'
import { NO_LIMITS, type TurnLimits } from './limits.ts'
import { World } from './testing/world.ts'

const RATE = 100_000
const PACKET = 1000
const IP = parseIp('8.0.0.1') as IpAddress
const PEER = addressOf('8.8.8.8:4000')

function meters(limits: Partial<TurnLimits>, ...owners: { userId: string; ip?: string }[]) {
  const bandwidth = new Bandwidth({ ...NO_LIMITS, ...limits }, 0)
  const opened = owners.map(({ userId, ip = '8.0.0.1' }) => {
    return bandwidth.open({ userId, ip: parseIp(ip) ?? IP }, 0)
  })
  return { bandwidth, meters: opened.filter((meter) => meter !== undefined) }
}

/** Packets that pass until one does not; and who is in the way of that one. */
function drain(meter: Meter, now: number): string {
  for (let packets = 0; packets < 1000; packets += 1) {
    const owner = meter.take(PACKET, now)
    if (owner) return `${packets} ${owner}`
  }
  return 'all'
}

describe('a second’s worth passes at once, then what comes back with time', () => {
  test.each([
    ['bandwidthPerAllocation', 'allocation', '100 allocation'],
    ['bandwidthPerUser', 'user', '0 user'],
    ['bandwidthPerAddress', 'address', '0 address'],
    ['bandwidth', 'server', '0 server'],
  ] as const)('%s', (limit, owner, second) => {
    const { meters: both } = meters({ [limit]: RATE }, { userId: 'ann' }, { userId: 'ann' })
    const [a, b] = both as [Meter, Meter]
    expect(drain(a, 0)).toBe(`100 ${owner}`)
    expect(drain(b, 0)).toBe(second)
    expect(drain(a, 100)).toBe(`10 ${owner}`)
    expect(drain(a, 1_000_000)).toBe(`100 ${owner}`)
  })
})

test('TU76 users and addresses do not share', () => {
  const limits = { bandwidthPerUser: RATE, bandwidthPerAddress: 2 * RATE }
  const [a, b, c] = meters(
    limits,
    { userId: 'ann' },
    { userId: 'ben' },
    { userId: 'cid', ip: '8.0.0.2' },
  ).meters as [Meter, Meter, Meter]
  expect([drain(a, 0), drain(b, 0), drain(c, 0)]).toEqual(['100 user', '100 user', '100 user'])
})

test('TU76 the longest datagram passes however low the bound is', () => {
  const [meter] = meters({ bandwidthPerUser: 10 }, { userId: 'ann' }).meters as [Meter]
  expect([meter.take(65_507, 0), meter.take(65_507, 1000)]).toEqual([undefined, 'user'])
})

test('TU76 attack 18: making allocations anew brings nothing, and nothing is left once all is full again', () => {
  const { bandwidth, meters: all } = meters({ bandwidthPerUser: RATE }, { userId: 'ann' })
  const [meter] = all as [Meter]
  drain(meter, 0)
  meter.close()
  meter.close()
  bandwidth.handleTick(10)
  const next = bandwidth.open({ userId: 'ann', ip: IP }, 10) as Meter
  expect(drain(next, 10)).toBe('1 user')
  next.close()
  bandwidth.handleTick(900)
  expect(bandwidth.tracked).toBe(1)
  bandwidth.handleTick(2000)
  expect(bandwidth.tracked).toBe(0)
})

test('without bounds nothing is measured', () => {
  const { bandwidth, meters: all } = meters({}, { userId: 'ann' })
  expect([all.length, bandwidth.tracked]).toEqual([0, 0])
})

test('TU76 attack 18: what is over is dropped in both directions and by both ways, and counted', async () => {
  const world = await World.create({ limits: { bandwidthPerAllocation: 1 } })
  const client = world.client()
  const relay = await client.allocate()
  const peer = world.network.peer('8.8.8.8:4000')
  await client.bind(0x4000, PEER)
  const text = 'x'.repeat(65_000)
  client.sendChannelData(0x4000, text)
  client.sendChannelData(0x4000, text)
  client.sendIndication(PEER, text)
  peer.send(text, relay)
  expect([peer.received.length, client.channelData.length]).toEqual([1, 0])
  expect((await world.stats()).drops).toEqual({ 'bandwidth-of-allocation': 3 })
})
