import { expect, test } from 'bun:test'
import { medianInterval, summarize } from './statistics.ts'

test('a summary has median, extremes and p95', () => {
  const values = Array.from({ length: 21 }, (_, index) => 20 - index)
  expect(summarize(values)).toEqual({ rounds: 21, median: 10, min: 0, max: 20, p95: 19 })
  expect(summarize([3, 1])).toEqual({ rounds: 2, median: 2, min: 1, max: 3, p95: 2.9 })
})

test('nothing measured is no result', () => {
  expect(() => summarize([])).toThrow(RangeError)
})

test('the median lies between two of the values by their number', () => {
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1)
  // Of tables for the sign test.
  expect(medianInterval(upTo(5))).toEqual([1, 5])
  expect(medianInterval(upTo(6))).toEqual([1, 6])
  expect(medianInterval(upTo(9).toReversed())).toEqual([2, 8])
  expect(medianInterval(upTo(27))).toEqual([8, 20])
  expect(medianInterval(upTo(50))).toEqual([18, 33])
})
