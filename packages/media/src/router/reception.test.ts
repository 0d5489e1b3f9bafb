import { describe, expect, test } from 'bun:test'
import { Reception } from './reception.ts'

/** Packets of 20 ms of Opus, all on time. */
function receive(reception: Reception, sequences: readonly number[]): void {
  for (const sequence of sequences) {
    const timestamp = (sequence * 960) >>> 0
    reception.receive(sequence & 0xffff, timestamp, sequence * 20)
  }
}

function reported(...parts: readonly (readonly number[])[]) {
  const reception = new Reception(48_000)
  let report
  for (const sequences of parts) {
    receive(reception, sequences)
    report = reception.report(5, 0)
  }
  return report
}

describe('RFC 3550 §6.4.1', () => {
  test('nothing is reported before the first packet', () => {
    expect(new Reception(48_000).report(5, 0)).toBeUndefined()
  })

  test.each([
    ['all came', [[1, 2, 3, 4]], { fractionLost: 0, lost: 0, highestSequence: 4 }],
    ['one of four lost', [[1, 2, 4]], { fractionLost: 64, lost: 1, highestSequence: 4 }],
    ['reordered', [[1, 3, 2, 4]], { fractionLost: 0, lost: 0, highestSequence: 4 }],
    [
      'the share is that since the last report',
      [
        [1, 3],
        [4, 5],
      ],
      { fractionLost: 0, lost: 1, highestSequence: 5 },
    ],
    [
      'one that came after all makes up for it',
      [
        [1, 3],
        [2, 4],
      ],
      { fractionLost: 0, lost: 0, highestSequence: 4 },
    ],
    [
      'over the wrap',
      [[65_534, 65_535, 65_536, 65_538]],
      { fractionLost: 51, lost: 1, highestSequence: 65_538 },
    ],
    [
      'a new beginning',
      [
        [1, 2],
        [20_000, 20_001],
      ],
      { fractionLost: 0, lost: 0, highestSequence: 20_001 },
    ],
  ])('%s', (_, parts, expected) => {
    expect(reported(...parts)).toMatchObject({ ssrc: 5, ...expected })
  })

  test('jitter is how unevenly they come, in units of the timestamp', () => {
    const even = new Reception(48_000)
    const uneven = new Reception(48_000)
    for (let sequence = 1; sequence < 500; sequence += 1) {
      even.receive(sequence, sequence * 960, sequence * 20)
      uneven.receive(sequence, sequence * 960, sequence * 20 + (sequence % 2) * 10)
    }
    expect(even.report(5, 0)?.jitter).toBe(0)
    // 10 ms are 480 units.
    expect(uneven.report(5, 0)?.jitter).toBeWithin(470, 481)
  })

  test('the last sender report, and how long ago it came', () => {
    const reception = new Reception(48_000)
    receive(reception, [1])
    expect(reception.report(5, 0)).toMatchObject({
      lastSenderReport: 0,
      delaySinceSenderReport: 0,
    })
    reception.handleSenderReport(0xabcd_1234, 1_000)
    expect(reception.report(5, 1_500)).toMatchObject({
      lastSenderReport: 0xabcd_1234,
      delaySinceSenderReport: 32_768,
    })
  })
})
