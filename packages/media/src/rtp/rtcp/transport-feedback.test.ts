import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { MAX_FEEDBACK_PACKETS } from '../limits.ts'
import { fromHex } from '../testing/bytes.ts'
import { parseRtcp } from './parse.ts'
import type { TransportFeedback } from './rtcp-packet.ts'
import { feedbackPackets, writeTransportFeedback } from './transport-feedback.ts'

const LOST = Number.NaN
const target = new Uint8Array(1200)

function read(bytes: Uint8Array, length: number): TransportFeedback | undefined {
  const [packet] = parseRtcp(bytes, length) ?? []
  return packet?.type === 'transport-feedback' ? packet : undefined
}

/** As an array: the matcher tells one NaN from another in a Float64Array. */
function timesIn(bytes: Uint8Array, length: number): number[] {
  return [...(read(bytes, length)?.arrivals ?? [])]
}

/** Writes what arrived and shows chunks and deltas, as hexadecimal digits. */
function written(arrivals: readonly number[]): string {
  const feedback = { sender: 1, media: 2, baseSequence: 5, feedbackCount: 3 }
  const end = writeTransportFeedback(target, 0, {
    ...feedback,
    arrivals: Float64Array.from(arrivals),
  })
  return target.subarray(20, end).toHex()
}

test.each([
  ['one that arrived', [250], '2001 01 01'],
  [
    'a run of small deltas',
    Array.from({ length: 20 }, () => 500),
    `2014 02 ${'00'.repeat(19)} 0002`,
  ],
  [
    'a run of lost ones before it',
    [...Array.from({ length: 20 }, () => LOST), 0],
    '0014 2001 00 000003',
  ],
  ['small deltas and losses', [0, LOST, 250, LOST, LOST, 250], 'a900 00 01 00 000003'],
  ['a large delta', [0, 64_000], 'd800 00 0100 000003'],
  ['a delta back', [250, 0], 'd800 01 ffff 000003'],
  ['a run of large deltas', Array.from({ length: 8 }, (_, index) => 128_000 * index), undefined],
])('draft-holmer §3.1: %s', (_name, arrivals, expected) => {
  const hex = written(arrivals)
  if (expected === undefined) {
    // One small delta first: a vector, then the last one as a run.
    expect(hex).toBe(fromHex(`daaa 4001 00 ${'0200'.repeat(7)} 01`).toHex())
  } else expect(hex).toBe(fromHex(expected).toHex())
})

test('header, reference time and padding', () => {
  const arrivals = Float64Array.of(64_000 * (2 ** 24 + 7) + 500)
  const end = writeTransportFeedback(target, 0, {
    sender: 0x0102_0304,
    media: 0x0506_0708,
    baseSequence: 0xffff,
    feedbackCount: 9,
    arrivals,
  })
  expect(target.subarray(0, end).toHex()).toBe(
    fromHex('afcd0005 01020304 05060708 ffff0001 00000709 2001 02 01').toHex(),
  )
})

test('a clock that began below zero wraps as well', () => {
  const end = writeTransportFeedback(target, 0, {
    sender: 1,
    media: 2,
    baseSequence: 1,
    feedbackCount: 0,
    arrivals: Float64Array.of(-250),
  })
  expect(timesIn(target, end)).toEqual([64_000 * 2 ** 24 - 250])
})

describe('what cannot be said', () => {
  const feedback = { sender: 1, media: 2, baseSequence: 5, feedbackCount: 3 }

  test.each([
    ['nothing arrived', [LOST, LOST], target],
    ['no packets', [], target],
    ['no room', [250], new Uint8Array(20)],
  ])('%s: nothing is written', (_name, arrivals, bytes) => {
    const all = { ...feedback, arrivals: Float64Array.from(arrivals) }
    expect(writeTransportFeedback(bytes, 0, all)).toBe(0)
  })

  test('a jump of the clock ends the feedback', () => {
    const arrivals = Float64Array.of(0, 250, 20_000_000, 20_000_250)
    const end = writeTransportFeedback(target, 0, { ...feedback, arrivals })
    expect(feedbackPackets(target, 0)).toBe(2)
    expect(timesIn(target, end)).toEqual([0, 250])
  })

  test('the room ends the feedback', () => {
    const bytes = new Uint8Array(100)
    const arrivals = Float64Array.from({ length: 500 }, (_, index) => 100_000 * index)
    const end = writeTransportFeedback(bytes, 0, { ...feedback, arrivals })
    const count = feedbackPackets(bytes, 0)
    expect(count).toBeGreaterThan(30)
    expect(timesIn(bytes, end)).toEqual([...arrivals].slice(0, count))
  })

  test('thousands of lost ones fit before one that arrived', () => {
    const bytes = new Uint8Array(28)
    const arrivals = new Float64Array(MAX_FEEDBACK_PACKETS).fill(LOST)
    arrivals[MAX_FEEDBACK_PACKETS - 1] = 750
    const end = writeTransportFeedback(bytes, 0, { ...feedback, arrivals })
    expect(timesIn(bytes, end)).toEqual([...arrivals])
  })
})

test.each([
  ['chunks that are missing', 'afcd0005 00000001 00000002 00050009 00000003 80000004'],
  ['deltas that are missing', '8fcd0005 00000001 00000002 00050004 00000003 20040102'],
  ['a run of nothing', '8fcd0005 00000001 00000002 00050001 00000003 20000001'],
  ['a status that is reserved', '8fcd0005 00000001 00000002 00050001 00000003 60010001'],
  ['more packets than anybody sends', '8fcd0005 00000001 00000002 0005ffff 00000003 1fff1fff'],
  ['no place for chunks', '8fcd0003 00000001 00000002 00050001'],
])('%s: the feedback is left out', (_name, hex) => {
  const bytes = fromHex(hex)
  expect(parseRtcp(bytes, bytes.length)).toEqual([])
})

test('what is written is read, as far as it was written', () => {
  const steps = fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 255 }) },
    { weight: 2, arbitrary: fc.constant(LOST) },
    { weight: 1, arbitrary: fc.integer({ min: -2000, max: 40_000 }) },
  )
  const runs = fc
    .array(fc.tuple(steps, fc.integer({ min: 1, max: 30 })), { maxLength: 30 })
    .map((list) => list.flatMap(([step, times]) => Array.from({ length: times }, () => step)))
  fc.assert(
    fc.property(runs, fc.integer({ min: 21, max: 1200 }), (list, room) => {
      let ticks = 100_000
      const arrivals = Float64Array.from(list, (step) => {
        if (Number.isNaN(step)) return LOST
        ticks += step
        return 250 * ticks
      })
      const bytes = new Uint8Array(room)
      const content = { sender: 7, media: 8, baseSequence: 65_530, feedbackCount: 255 }
      const end = writeTransportFeedback(bytes, 0, { ...content, arrivals })
      if (end === 0) return
      const count = feedbackPackets(bytes, 0)
      if (room === 1200 && list.every((step) => !(step > 0x7fff))) expect(count).toBe(list.length)
      const { arrivals: _times, ...others } = read(bytes, end) ?? {}
      expect(others).toEqual({ type: 'transport-feedback', ...content })
      expect(timesIn(bytes, end)).toEqual([...arrivals].slice(0, count))
    }),
    { numRuns: 2000 },
  )
})
