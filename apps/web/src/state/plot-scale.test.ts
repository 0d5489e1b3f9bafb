import { describe, expect, test } from 'bun:test'
import {
  axisTop,
  formatBitrate,
  formatMilliseconds,
  formatRatio,
  linePath,
  PLOT_SPAN_MS,
} from './plot-scale.ts'

describe('the axis ends at a round number above everything', () => {
  test.each([
    [[], 20, 20],
    [[3, null, 7], 5, 10],
    [[null], 0.02, 0.02],
    [[230_000], 100_000, 500_000],
    [[1_000_001], 100_000, 2_000_000],
    [[100], 20, 100],
    [[0.031], 0.02, 0.05],
  ] as const)('%p, at least %p: %p', (values, least, top) => {
    expect(axisTop(values, least)).toBeCloseTo(top, 10)
  })
})

describe('the line', () => {
  const now = 1_000_000

  test('runs from a minute ago at the left to now at the right', () => {
    const samples = [
      { at: now - PLOT_SPAN_MS, value: 0 },
      { at: now - PLOT_SPAN_MS / 2, value: 5 },
      { at: now, value: 10 },
    ]
    expect(linePath(samples, 10, now)).toBe('M0 100L50 50L100 0')
  })

  test('has a gap where nothing was measured, and forgets what is too old', () => {
    const samples = [
      { at: now - PLOT_SPAN_MS - 1, value: 1 },
      { at: now - 30_000, value: 1 },
      { at: now - 15_000, value: null },
      { at: now, value: 1 },
    ]
    expect(linePath(samples, 1, now)).toBe('M50 0M100 0')
  })
})

test('numbers carry their units', () => {
  expect([formatBitrate(0), formatBitrate(331_400), formatBitrate(1_240_000)]).toEqual([
    '0 kbit/s',
    '331 kbit/s',
    '1.2 Mbit/s',
  ])
  expect([formatRatio(0.0234), formatMilliseconds(3.24), formatMilliseconds(48.6)]).toEqual([
    '2.3 %',
    '3.2 ms',
    '49 ms',
  ])
})
