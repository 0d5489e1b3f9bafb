import { expect, test } from 'bun:test'
import { parseIp, type IpAddress } from '@duet/stun'
import { Bandwidth, type Meter } from '../bandwidth.ts'
import { NO_LIMITS } from '../limits.ts'
import { BucketTable, createBucketTable } from './bucket-table.ts'

const IP = parseIp('8.0.0.1') as IpAddress
const RATE = 100_000
const PACKET = 1000

/** The bandwidth of two threads. */
function bothThreads() {
  const memory = createBucketTable()
  return [1, 2].map(() => {
    const table = new BucketTable(memory)
    const limits = { ...NO_LIMITS, bandwidthPerUser: RATE, bandwidthPerAddress: 3 * RATE }
    return new Bandwidth(limits, 0, (owner, key) => table.find(`${owner} ${key}`))
  }) as [Bandwidth, Bandwidth]
}

function drain(meter: Meter | undefined, now: number): number {
  let packets = 0
  while (packets < 1000 && meter?.take(PACKET, now) === undefined) packets += 1
  return packets
}

test('TU76 what one thread relays for a user, another one does not', () => {
  const [here, there] = bothThreads()
  const [a, b] = [here, there].map((each) => each.open({ userId: 'ann', ip: IP }, 0))
  const other = there.open({ userId: 'ben', ip: IP }, 0)
  expect(drain(a, 0)).toBe(100)
  expect(drain(b, 0)).toBe(0)
  expect(drain(other, 0)).toBe(100)
  // What comes back in a tenth of a second comes back once.
  expect([drain(b, 100), drain(a, 100)]).toEqual([10, 0])
})

test('a bucket is forgotten when the last thread has', () => {
  const [here, there] = bothThreads()
  const [a, b] = [here, there].map((each) => each.open({ userId: 'ann', ip: IP }, 0))
  drain(a, 0)
  a?.close()
  here.handleTick(10)
  expect(drain(b, 10)).toBe(1)
  b?.close()
  for (const each of [here, there]) each.handleTick(10_000)
  expect([here.tracked, there.tracked]).toEqual([0, 0])
  expect(drain(here.open({ userId: 'ann', ip: IP }, 10_000), 10_000)).toBe(100)
})

test('keys have buckets of their own, and each is found again while it is used', () => {
  const table = new BucketTable(createBucketTable())
  const places = new Set<number>()
  for (let user = 0; user < 10_000; user += 1) places.add(table.find(`user ${user}`)?.at ?? -1)
  expect(places.size).toBe(10_000)
  expect(places.has(-1)).toBe(false)
  const again = table.find('user 77')
  expect(again).toMatchObject({ isUsed: true })
  expect(places.has(again?.at ?? -1)).toBe(true)
})

test('a table that is full has no bucket, until one is free', () => {
  const table = new BucketTable(createBucketTable())
  const found = []
  let last = table.find('user 0')
  for (let user = 1; last; user += 1) {
    found.push(last)
    last = table.find(`user ${user}`)
  }
  expect(found.length).toBeGreaterThan(20_000)
  for (const each of found) each.release()
  expect(table.find('user 0')).toMatchObject({ isUsed: false })
})
