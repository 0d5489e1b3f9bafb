import { expect, test } from 'bun:test'
import { WriteBuffers } from './write-buffers.ts'

const KILOBYTE = 1_024

test('what was given back is used again, for what fits into it', () => {
  const buffers = new WriteBuffers()
  const small = buffers.take(10)
  const large = buffers.take(100 * KILOBYTE)
  expect(small.length).toBeGreaterThanOrEqual(10)
  expect(large.length).toBeGreaterThanOrEqual(100 * KILOBYTE)
  buffers.giveBack(small)
  buffers.giveBack(large)
  const again = [buffers.take(90 * KILOBYTE), buffers.take(20), buffers.take(20)]
  expect(again[0]).toBe(large)
  expect(again[1]).toBe(small)
  expect(again[2]).not.toBe(small)
})

test('what is very long is not kept, nor more than a bound of all', () => {
  const buffers = new WriteBuffers()
  const long = buffers.take(300 * KILOBYTE)
  buffers.giveBack(long)
  expect(buffers.take(300 * KILOBYTE)).not.toBe(long)
  const taken = Array.from({ length: 200 }, () => buffers.take(1))
  for (const each of taken) buffers.giveBack(each)
  const known = new Set(taken)
  const again = Array.from({ length: 200 }, () => buffers.take(1))
  expect(again.filter((each) => known.has(each))).toHaveLength(128)
})
