import { expect, test } from 'bun:test'
import { clockText } from './clock-text.ts'

test.each([
  [-5, '0:00'],
  [7_900, '0:07'],
  [61_000, '1:01'],
  [3_723_000, '1:02:03'],
  [36_000_000, '10:00:00'],
])('%i ms is %s', (milliseconds, text) => {
  expect(clockText(milliseconds)).toBe(text)
})
