import { expect, test } from 'bun:test'
import { PerSecond } from './per-second.ts'

test('so many are let through in a second, and as many in the next', () => {
  const bound = new PerSecond(3)
  const take = (now: number, times: number) =>
    Array.from({ length: times }, () => bound.take(now)).filter(Boolean).length
  expect([take(5000, 2), take(5999, 2), take(5999, 2)]).toEqual([2, 1, 0])
  expect([take(6000, 9), take(6999, 9), take(60_000, 9)]).toEqual([3, 0, 3])
  // The clock was set back.
  expect([take(1000, 9), take(1001, 1)]).toEqual([3, 0])
})

test('or all, or none', () => {
  expect(new PerSecond(Infinity).take(0)).toBe(true)
  expect(new PerSecond(0).take(0)).toBe(false)
})
