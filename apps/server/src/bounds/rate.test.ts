import { expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import { TokenBucket } from './rate.ts'

test('L2 a bucket lets its burst through at once and its rate on average', () => {
  const clock = new FakeClock()
  const bucket = new TokenBucket({ perSecond: 10, burst: 5 }, clock)
  const takeAll = () => {
    let taken = 0
    while (bucket.take()) taken++
    return taken
  }
  expect(takeAll()).toBe(5)
  clock.advance(99)
  expect(takeAll()).toBe(0)
  clock.advance(1)
  expect(takeAll()).toBe(1)
  clock.advance(60_000)
  expect(takeAll()).toBe(5)
})

test('L2 what does not fit takes nothing', () => {
  const bucket = new TokenBucket({ perSecond: 1, burst: 10 }, new FakeClock())
  expect(bucket.take(11)).toBe(false)
  expect(bucket.take(10)).toBe(true)
  expect(bucket.take(1)).toBe(false)
})

test('L5 a bucket is full again when nothing was taken for long enough', () => {
  const clock = new FakeClock()
  const bucket = new TokenBucket({ perSecond: 10, burst: 5 }, clock)
  expect(bucket.isFull).toBe(true)
  bucket.take()
  expect(bucket.isFull).toBe(false)
  clock.advance(100)
  expect(bucket.isFull).toBe(true)
})

test('L2 a clock that is set back gives nothing', () => {
  const times = [1_000, 0, 0]
  const clock = Object.assign(new FakeClock(), { now: () => times.shift() ?? 0 })
  const bucket = new TokenBucket({ perSecond: 1_000, burst: 1 }, clock)
  expect(bucket.take()).toBe(true)
  expect(bucket.take()).toBe(false)
})

test('L2 without limits everything passes, and idle buckets are still forgotten', () => {
  const clock = new FakeClock()
  const bucket = new TokenBucket(
    { perSecond: Number.MAX_SAFE_INTEGER, burst: Number.MAX_SAFE_INTEGER },
    clock,
  )
  const refused = Array.from({ length: 100_000 }, () => bucket.take()).filter((ok) => !ok)
  expect(refused.length).toBe(0)
  clock.advance(1_000)
  expect(bucket.isFull).toBe(true)
})
