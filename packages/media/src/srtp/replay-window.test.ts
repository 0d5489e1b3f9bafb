import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { REPLAY_WINDOW_PACKETS } from './limits.ts'
import { guessIndex, rolloverOf } from './packet-index.ts'
import { ReplayWindow } from './replay-window.ts'
import { Sources } from './sources.ts'

const CYCLE = 0x1_0000

test.each([
  ['the next one', 100, 101, 101],
  ['one that is late', 100, 90, 90],
  ['the one after the roll-over', 65_535, 0, CYCLE],
  ['several after the roll-over', 65_530, 20, CYCLE + 20],
  ['one that is late across the roll-over', CYCLE + 3, 65_534, 65_534],
  ['one from before the first', 3, 65_534, -2],
  ['a long jump', 100, 32_000, 32_000],
  ['half a cycle ahead is ahead while the last is in the lower half', 10, 32_778, 32_778],
  ['half a cycle back is back while the last is in the upper half', 40_000, 7232, 7232],
  ['a high roll-over counter', 70_000 * CYCLE + 65_535, 1, 70_001 * CYCLE + 1],
])('RFC 3711 appendix A: %s', (_name, highest, sequence, expected) => {
  expect(guessIndex(highest, sequence)).toBe(expected)
})

test('the roll-over counter is what is above the sequence number', () => {
  expect(rolloverOf(65_535)).toBe(0)
  expect(rolloverOf(CYCLE)).toBe(1)
  expect(rolloverOf(0xffff_ffff * CYCLE) >>> 0).toBe(0xffff_ffff)
})

describe('the replay window', () => {
  test('takes each index once, in any order', () => {
    const window = new ReplayWindow()
    for (const index of [5, 3, 4, 900, 6]) {
      expect(window.accepts(index)).toBe(true)
      window.mark(index)
      expect(window.accepts(index)).toBe(false)
    }
    expect(window.highest).toBe(900)
  })

  test('ends where it can no longer tell', () => {
    const window = new ReplayWindow()
    window.mark(5000)
    expect(window.accepts(5000 - REPLAY_WINDOW_PACKETS + 1)).toBe(true)
    expect(window.accepts(5000 - REPLAY_WINDOW_PACKETS)).toBe(false)
    expect(window.accepts(-1)).toBe(false)
  })

  test('agrees with a set of everything that came', () => {
    const steps = fc.array(fc.integer({ min: -1500, max: 1500 }), { maxLength: 200 })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 47 }), steps, (start, jumps) => {
        const window = new ReplayWindow()
        const seen = new Set<number>()
        let highest = -1
        let index = start
        for (const jump of jumps) {
          index = Math.max(0, index + jump)
          const isNew = !seen.has(index) && (index > highest || highest - index < 1024)
          expect(window.accepts(index)).toBe(isNew)
          if (!isNew) continue
          window.mark(index)
          seen.add(index)
          highest = Math.max(highest, index)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('the table of sources', () => {
  test('forgets the one that was silent for the longest time', () => {
    const sources = new Sources(3)
    for (const ssrc of [1, 2, 3]) sources.mark(sources.add(ssrc), 7)
    const first = sources.get(1)
    if (!first) throw new Error('the first is not there')
    sources.mark(first, 8)
    sources.add(4)
    expect(sources.size).toBe(3)
    expect([1, 2, 3, 4].map((ssrc) => sources.get(ssrc) !== undefined)).toEqual([
      true,
      false,
      true,
      true,
    ])
  })

  test('does not remember one that it has just forgotten', () => {
    const sources = new Sources(1)
    sources.mark(sources.add(1), 7)
    expect(sources.get(1)).toBeDefined()
    sources.add(2)
    expect(sources.get(1)).toBeUndefined()
  })
})
