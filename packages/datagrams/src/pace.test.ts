import { expect, test } from 'bun:test'
import { Pace } from './pace.ts'

/** What it says after a while with so many datagrams per millisecond. */
function waitAt(perMs: number, pace = new Pace(), fromMs = 1_000): number {
  let micros = 0
  for (let ms = fromMs; ms < fromMs + 40; ms += 1) {
    for (let count = 0; count < perMs; count += 1) pace.add()
    micros = pace.waitMicros(ms)
  }
  return micros
}

test.each([
  [0, 0],
  [1, 0],
  [3, 500],
  [20, 500],
  [60, 500],
  [80, 0],
])('with %d datagrams per millisecond it waits %d µs', (perMs, micros) => {
  expect(waitAt(perMs)).toBe(micros)
})

test('it follows the load', () => {
  const pace = new Pace()
  expect(waitAt(20, pace, 1_000)).toBe(500)
  expect(waitAt(0, pace, 2_000)).toBe(0)
  expect(waitAt(20, pace, 3_000)).toBe(500)
  expect(waitAt(100, pace, 4_000)).toBe(0)
})
