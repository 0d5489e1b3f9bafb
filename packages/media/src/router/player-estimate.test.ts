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

describe('what a path carries', () => {
  test('nothing is known at first', () => {
    expect(new PlayerEstimate().bitrate(0)).toBeUndefined()
  })

  test("the player's own estimate holds for a while", () => {
    const estimate = new PlayerEstimate()
    estimate.handleEstimate(500_000, 1_000)
    expect([estimate.bitrate(1_000), estimate.bitrate(10_999)]).toEqual([500_000, 500_000])
    expect(estimate.bitrate(11_000)).toBeUndefined()
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
    estimate.handleEstimate(2_000_000, 0)
    expect(estimate.bitrate(0)).toBe(750_000)
    estimate.handleEstimate(300_000, 0)
    expect(estimate.bitrate(0)).toBe(300_000)
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
    const estimate = new PlayerEstimate()
    estimate.handleEstimate(1_000, 0)
    for (let count = 0; count < 30; count += 1) estimate.handleReport(reportOf(255), 200_000)
    expect(estimate.bitrate(0)).toBe(100_000)
  })
})
