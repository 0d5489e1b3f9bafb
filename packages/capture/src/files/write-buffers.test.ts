import { expect, test } from 'bun:test'
import { WriteBuffers } from './write-buffers.ts'

const KILOBYTE = 1_024

test('what was given back is used again, for what fits into it', () => {
  const buffers = new WriteBuffers()
  const small = buffers.take(10)
  const large = buffers.take(100 * KILOBYTE)
  expect([small.length, large.length]).toEqual([10, 100 * KILOBYTE])
  buffers.giveBack(small)
  buffers.giveBack(large)
  const again = [buffers.take(90 * KILOBYTE), buffers.take(20), buffers.take(20)]
  expect(again[0]!.buffer).toBe(large.buffer)
  expect(again[1]!.buffer).toBe(small.buffer)
  expect(again[2]!.buffer).not.toBe(small.buffer)
  expect(again.map(({ length }) => length)).toEqual([90 * KILOBYTE, 20, 20])
})

test('what is very long is not kept, nor more than a bound of all', () => {
  const buffers = new WriteBuffers()
  const long = buffers.take(300 * KILOBYTE)
  buffers.giveBack(long)
  expect(buffers.take(300 * KILOBYTE).buffer).not.toBe(long.buffer)
  const taken = Array.from({ length: 200 }, () => buffers.take(1))
  for (const each of taken) buffers.giveBack(each)
  const known = new Set(taken.map(({ buffer }) => buffer))
  const again = Array.from({ length: 200 }, () => buffers.take(1))
  expect(again.filter(({ buffer }) => known.has(buffer))).toHaveLength(128)
})
