import { describe, expect, test } from 'bun:test'
import { PlayerEstimate } from './player-estimate.ts'

function reportOf(fractionLost: number) {
  return {
    ssrc: 1,
    fractionLost,
    lost: 0,
    highestSequence: 0,
    jitter: 0,
    lastSenderReport: 0,
    delaySinceSenderReport: 0,
  }
}

/** The estimate of a player that told 1 Mbit/s after a second, and less after another one. */
function fallen(bitsPerSecond: number): PlayerEstimate {
  const estimate = new PlayerEstimate()
  estimate.handleEstimate(1_000_000, 1_000_000, 1_000)
  estimate.handleEstimate(bitsPerSecond, 1_000_000, 2_000)
  return estimate
}

describe('what a path carries', () => {
  test('nothing is known at first', () => {
    expect(new PlayerEstimate().bitrate(0)).toBeUndefined()
  })

  test('an estimate follows what is sent: it says nothing until it falls', () => {
    const estimate = new PlayerEstimate()
    for (const [second, bitrate] of [300_000, 310_000, 305_000].entries()) {
      estimate.handleEstimate(bitrate, 1_000_000, 1_000 * (second + 1))
      expect(estimate.bitrate(1_000 * (second + 1))).toBeUndefined()
    }
  })

  test('one that fell holds for a while', () => {
    const estimate = fallen(500_000)
    expect([estimate.bitrate(2_000), estimate.bitrate(11_999)]).toEqual([500_000, 500_000])
    expect(estimate.bitrate(12_000)).toBeUndefined()
  })

  test('after a fall more is tried, though the estimate stays, until it limits nothing', () => {
    const estimate = fallen(500_000)
    estimate.handleEstimate(500_000, 400_000, 3_000)
    expect(estimate.bitrate(3_000)).toBe(540_000)
    estimate.handleEstimate(300_000, 400_000, 3_200)
    expect(estimate.bitrate(3_200)).toBe(300_000)
    for (let second = 4; second < 30; second += 1) {
      estimate.handleEstimate(300_000, 400_000, second * 1_000)
    }
    expect(estimate.bitrate(29_000)).toBeUndefined()
  })

  test.each([
    ['no loss says nothing', [0, 0], undefined],
    ['few losses say nothing', [10, 20], undefined],
    ['a quarter lost: an eighth less', [64], 875_000],
    ['half lost, twice', [128, 128], 562_500],
  ])('%s', (_, losses, expected) => {
    const estimate = new PlayerEstimate()
    for (const lost of losses) estimate.handleReport(reportOf(lost), 1_000_000)
    expect(estimate.bitrate(0)).toBe(expected)
  })

  test('the lower one counts', () => {
    const estimate = new PlayerEstimate()
    estimate.handleReport(reportOf(128), 1_000_000)
    estimate.handleEstimate(2_000_000, 1_000_000, 1_000)
    expect(estimate.bitrate(1_000)).toBe(750_000)
    estimate.handleEstimate(300_000, 1_000_000, 2_000)
    expect(estimate.bitrate(2_000)).toBe(300_000)
  })

  test('more is tried while nothing is lost, until it limits nothing', () => {
    const estimate = new PlayerEstimate()
    estimate.handleReport(reportOf(128), 1_000_000)
    estimate.handleReport(reportOf(0), 700_000)
    expect(estimate.bitrate(0)).toBe(810_000)
    for (let count = 0; count < 30; count += 1) estimate.handleReport(reportOf(0), 700_000)
    expect(estimate.bitrate(0)).toBeUndefined()
  })

  test('never less than a picture needs', () => {
    const estimate = fallen(1_000)
    for (let count = 0; count < 30; count += 1) estimate.handleReport(reportOf(255), 200_000)
    expect(estimate.bitrate(2_000)).toBe(100_000)
  })
})
