import { expect, test } from 'bun:test'
import { Pace } from './pace.ts'

const LARGE_BUFFER = 8 * 1024 * 1024
/** What Linux gives to those without root's rights; a quarter of it may be all. */
const USUAL_BUFFER = 212_992

function paceWith(receiveBytes: number): Pace {
  const pace = new Pace()
  pace.limit(receiveBytes)
  return pace
}

/** What it says after a while with so many datagrams per millisecond. */
function waitAt(perMs: number, pace = paceWith(LARGE_BUFFER), fromMs = 1_000): number {
  let micros = 0
  for (let ms = fromMs; ms < fromMs + 40; ms += 1) {
    pace.add(perMs)
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
  [160, 200],
])('with %d datagrams per millisecond it waits %d µs', (perMs, micros) => {
  expect(waitAt(perMs)).toBe(micros)
})

test('what waits never fills the buffer of a socket', () => {
  for (const perMs of [50, 200, 400]) {
    const waiting = (perMs * waitAt(perMs, paceWith(USUAL_BUFFER / 4))) / 1000
    expect(waiting * 2304).toBeLessThan(USUAL_BUFFER / 4 / 1.9)
  }
})

test('a batch that is good need not be waited for', () => {
  expect(paceWith(LARGE_BUFFER).isGood(31)).toBe(false)
  expect(paceWith(LARGE_BUFFER).isGood(32)).toBe(true)
  expect(paceWith(USUAL_BUFFER / 4).isGood(20)).toBe(true)
})

test('it follows the load', () => {
  const pace = paceWith(LARGE_BUFFER)
  expect(waitAt(20, pace, 1_000)).toBe(500)
  expect(waitAt(0, pace, 2_000)).toBe(0)
  expect(waitAt(20, pace, 3_000)).toBe(500)
  expect(waitAt(400, pace, 4_000)).toBe(80)
})
