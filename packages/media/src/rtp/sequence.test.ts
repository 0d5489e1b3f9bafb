import { expect, test } from 'bun:test'
import {
  isSequenceAfter,
  sequenceDifference,
  SequenceUnwrapper,
  timestampDifference,
} from './sequence.ts'

test.each([
  [1, 0, 1],
  [0, 1, -1],
  [0, 65_535, 1],
  [65_535, 0, -1],
  [32_767, 0, 32_767],
  [32_768, 0, -32_768],
  [100, 60_000, 5636],
  [7, 7, 0],
])('RFC 1982: %d is ahead of %d by %d', (a, b, expected) => {
  expect(sequenceDifference(a, b)).toBe(expected)
  expect(isSequenceAfter(a, b)).toBe(expected > 0)
})

test.each([
  [1, 0xffff_ffff, 2],
  [0xffff_ffff, 1, -2],
  [90_000, 0, 90_000],
  [0x9000_0000, 0x7000_0000, 0x2000_0000],
])('timestamp %d is ahead of %d by %d', (a, b, expected) => {
  expect(timestampDifference(a, b)).toBe(expected)
})

test('numbers are unwrapped over several cycles, late ones too', () => {
  const unwrapper = new SequenceUnwrapper()
  expect(unwrapper.highest).toBe(-1)
  const first = unwrapper.unwrap(65_530)
  const read = [65_531, 2, 65_535, 30_000, 60_000, 10, 9].map(
    (number) => unwrapper.unwrap(number) - first,
  )
  expect(read).toEqual([1, 8, 5, 30_006, 60_006, 65_552, 65_551])
  expect(unwrapper.highest).toBe(first + 65_552)
})

test('those before the first one are not negative', () => {
  const unwrapper = new SequenceUnwrapper()
  const first = unwrapper.unwrap(3)
  expect(unwrapper.unwrap(65_533)).toBe(first - 6)
  expect(first - 6).toBeGreaterThan(0)
})
