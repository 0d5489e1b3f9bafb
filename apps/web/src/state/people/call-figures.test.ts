import { expect, test } from 'bun:test'
import { readFigures, stretched } from './call-figures.ts'

const SAMPLE = {
  at: 0,
  mode: 'direct',
  roundTripMs: 12,
  sentBitsPerSecond: 1000,
  receivedBitsPerSecond: 2000,
  sentLoss: 0,
  receivedLoss: null,
}

test('figures are read as sent, and as JSON text', () => {
  const figures = { version: 1, samples: [SAMPLE] }
  expect(readFigures(figures)).toEqual([SAMPLE] as never)
  expect(readFigures(JSON.stringify(figures))).toEqual([SAMPLE] as never)
})

test.each([
  undefined,
  null,
  'no JSON',
  42,
  {},
  { samples: 'many' },
  { samples: [] },
  { samples: [null, 1, 'x', { at: 'now' }, { at: -1 }, { at: Number.NaN }] },
])('nothing is drawn of %p', (figures) => {
  expect(readFigures(figures)).toBeUndefined()
})

test('a measure that makes no sense is missing', () => {
  const [sample] = readFigures({ samples: [{ ...SAMPLE, roundTripMs: '<b>', sentLoss: -1 }] }) ?? []
  expect(sample).toMatchObject({ roundTripMs: null, sentLoss: null })
})

test('a call of any length fills the plot', () => {
  const samples = readFigures({ samples: [0, 600_000].map((at) => ({ ...SAMPLE, at })) }) ?? []
  expect(stretched(samples, 'roundTripMs')).toEqual([
    { at: -60_000, value: 12 },
    { at: 0, value: 12 },
  ])
})
