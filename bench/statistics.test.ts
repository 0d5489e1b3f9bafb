import { expect, test } from 'bun:test'
import { summarize } from './statistics.ts'

test('a summary has median, extremes and p95', () => {
  const values = Array.from({ length: 21 }, (_, index) => 20 - index)
  expect(summarize(values)).toEqual({ rounds: 21, median: 10, min: 0, max: 20, p95: 19 })
  expect(summarize([3, 1])).toEqual({ rounds: 2, median: 2, min: 1, max: 3, p95: 2.9 })
})

test('nothing measured is no result', () => {
  expect(() => summarize([])).toThrow(RangeError)
})
