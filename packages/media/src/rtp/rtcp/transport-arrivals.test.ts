import { expect, test } from 'bun:test'
import { ARRIVAL_WINDOW_PACKETS } from '../limits.ts'
import { parseRtcp } from './parse.ts'
import { TransportArrivals } from './transport-arrivals.ts'

const target = new Uint8Array(1200)

/** The next feedback: its first number, its count, and what arrived when. */
function next(arrivals: TransportArrivals): [base: number, count: number, times: number[]] {
  const end = arrivals.writeFeedback(target, 0)
  const [packet] = parseRtcp(target, end) ?? []
  if (packet?.type !== 'transport-feedback') throw new Error('no feedback')
  return [packet.baseSequence, packet.feedbackCount, [...packet.arrivals]]
}

test('each feedback speaks of what came since the last one', () => {
  const arrivals = new TransportArrivals(1, 2)
  for (const [sequence, time] of [
    [65_534, 1000],
    [65_535, 1250],
    [1, 2000],
  ] as const) {
    arrivals.record(sequence, time)
  }
  expect(arrivals.pending).toBe(4)
  expect(next(arrivals)).toEqual([65_534, 0, [1000, 1250, Number.NaN, 2000]])
  expect(arrivals.pending).toBe(0)
  arrivals.record(2, 3000)
  expect(next(arrivals)).toEqual([2, 1, [3000]])
})

test('without arrivals there is no feedback', () => {
  const arrivals = new TransportArrivals(1, 2)
  expect(arrivals.pending).toBe(0)
  expect(arrivals.writeFeedback(target, 4)).toBe(4)
  arrivals.record(5, 1000)
  next(arrivals)
  expect(arrivals.writeFeedback(target, 4)).toBe(4)
})

test('a duplicate keeps the first time', () => {
  const arrivals = new TransportArrivals(1, 2)
  arrivals.record(5, 1000)
  arrivals.record(5, 9000)
  expect(next(arrivals)).toEqual([5, 0, [1000]])
  arrivals.record(5, 12_000)
  expect(arrivals.pending).toBe(0)
})

test('one that was said to be lost is told when it comes', () => {
  const arrivals = new TransportArrivals(1, 2)
  arrivals.record(5, 1000)
  arrivals.record(7, 2000)
  next(arrivals)
  arrivals.record(6, 3000)
  expect(next(arrivals)).toEqual([6, 1, [3000, 2000]])
  expect(arrivals.pending).toBe(0)
})

test('a long gap is told as far as the window goes, and what is older is forgotten', () => {
  const arrivals = new TransportArrivals(1, 2)
  arrivals.record(5, 1000)
  arrivals.record(5 + 3 * ARRIVAL_WINDOW_PACKETS, 2000)
  expect(arrivals.pending).toBe(ARRIVAL_WINDOW_PACKETS)
  arrivals.record(6, 2500)
  const [base, , times] = next(arrivals)
  expect(base).toBe(6 + 2 * ARRIVAL_WINDOW_PACKETS)
  expect(times.filter((time) => !Number.isNaN(time))).toEqual([2000])
})

test('what does not fit is told by the next feedback, and the count wraps', () => {
  const arrivals = new TransportArrivals(1, 2)
  const told: number[] = []
  let count = 0
  for (let sequence = 0; sequence < 1500; sequence += 1)
    arrivals.record(sequence, 100_000 * sequence)
  while (arrivals.pending > 0) {
    const [base, number, times] = next(arrivals)
    expect(base).toBe(told.length)
    expect(number).toBe(count)
    told.push(...times)
    count += 1
  }
  expect(count).toBeGreaterThan(1)
  expect(told).toEqual(Array.from({ length: 1500 }, (_, sequence) => 100_000 * sequence))
  for (let sequence = 1500; count <= 260; sequence += 1, count += 1) {
    arrivals.record(sequence, 100_000 * sequence)
    expect(next(arrivals)[1]).toBe(count & 0xff)
  }
})
