import { describe, expect, test } from 'bun:test'
import { Losses } from './losses.ts'

function after(sequences: number[], nowMs = 0): Losses {
  const losses = new Losses()
  for (const sequence of sequences) losses.receive(sequence, nowMs)
  return losses
}

describe('what a packet is', () => {
  test.each([
    ['the first', [], 7, 'next'],
    ['the next', [7], 8, 'next'],
    ['after a gap', [7], 10, 'next'],
    ['the same', [7], 7, 'duplicate'],
    ['the same, later', [7, 8, 9], 7, 'duplicate'],
    ['in a gap', [7, 10], 8, 'late'],
    ['in a gap, again', [7, 10, 8], 8, 'duplicate'],
    ['before the first', [7], 6, 'late'],
    ['over the wrap', [65_535], 0, 'next'],
    ['late over the wrap', [65_534, 0], 65_535, 'late'],
    ['as far ahead as it looks', [7], 1_031, 'next'],
    ['far away: a new beginning', [7], 1_032, 'jump'],
    ['far back: a new beginning', [30_000], 7, 'jump'],
    ['after a new beginning', [7, 30_000], 30_001, 'next'],
  ] as const)('%s', (_, before, sequence, expected) => {
    expect(after([...before]).receive(sequence, 0)).toBe(expected)
  })

  test.each([
    ['before all others', [], 7, 'stale'],
    ['what was missing', [7, 10], 8, 'late'],
    ['what was there', [7, 10], 7, 'duplicate'],
    ['the last one, which was lost', [7], 8, 'next'],
    ['from long ago', [5_000], 7, 'stale'],
    ['from far ahead', [7], 5_000, 'stale'],
  ] as const)('sent again, %s', (_, before, sequence, expected) => {
    const losses = after([...before])
    expect(losses.receiveRepeated(sequence, 0)).toBe(expected)
    const next = ((before.at(-1) ?? 0) + 2) & 0xffff
    expect(losses.receive(next, 0)).toBe('next')
  })
})

describe('what is asked for', () => {
  const never = (): never => {
    throw new Error('nothing was given up')
  }

  test.each([
    ['nothing without a gap', [1, 2, 3], []],
    ['a gap', [1, 4], [2, 3]],
    ['two gaps', [1, 3, 5], [2, 4]],
    ['a gap over the wrap', [65_534, 1], [65_535, 0]],
    ['not what came late', [1, 4, 3], [2]],
    ['nothing of an interruption', [1, 20_000], []],
  ])('%s', (_, sequences, expected) => {
    expect(after(sequences).due(10, never)).toEqual(expected)
  })

  test('packets that overtake each other are given a moment', () => {
    expect(after([1, 3]).due(9, never)).toEqual([])
  })

  test('again after a while, then given up', () => {
    const losses = after([1, 3])
    let givenUp = 0
    let asked = 0
    for (let nowMs = 0; nowMs < 2_000; nowMs += 10) {
      asked += losses.due(nowMs, () => givenUp++).length
    }
    expect({ asked, givenUp, hasMissing: losses.hasMissing }).toEqual({
      asked: 10,
      givenUp: 1,
      hasMissing: false,
    })
  })

  test('of many missing ones only the last are asked for', () => {
    const losses = after([0, 1000])
    expect(losses.due(10, never)).toEqual(Array.from({ length: 256 }, (_, index) => 744 + index))
  })
})
