import { expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import { BoundedBuckets } from '../bounds/bounded-buckets.ts'
import { WrongTries } from './wrong-tries.ts'

const MAX = 20_000

test('buckets are bounded, and those that are full again are forgotten', () => {
  const clock = new FakeClock()
  const buckets = new BoundedBuckets({ perSecond: 1, burst: 10 }, clock)
  for (let key = 0; key < MAX + 5000; key++) buckets.take(String(key))
  expect(buckets.size).toBe(MAX)
  clock.advance(20_000)
  buckets.take('one more')
  expect(buckets.size).toBe(1)
})

test('who goes on is not pushed out by many new ones', () => {
  const buckets = new BoundedBuckets({ perSecond: 0.001, burst: 2 }, new FakeClock())
  buckets.take('guesser')
  buckets.take('guesser')
  for (let key = 0; key < 2 * MAX; key++) {
    buckets.take(String(key))
    if (key % 10_000 === 0) expect(buckets.take('guesser')).toBe(false)
  }
})

test('wrong tries are bounded, and forgotten after a day', () => {
  const clock = new FakeClock()
  const tries = new WrongTries(clock)
  for (let pair = 0; pair < MAX + 5000; pair++) tries.add(String(pair), false)
  expect(tries.size).toBe(MAX)
  clock.advance(25 * 3_600_000)
  tries.add('one more', false)
  expect(tries.size).toBe(1)
})
