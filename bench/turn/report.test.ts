import { expect, test } from 'bun:test'
import type { LoadResult } from './load.ts'
import { headLine, rowLines } from './report.ts'

function result(packetsPerSecond: number, microsPerPacket: number): LoadResult {
  return { packetsPerSecond, microsPerPacket, serverShare: 0.97, lossPercent: 0 }
}

/** The cells of a line behind its name. */
function cells(line: string | undefined): string[] {
  return (line ?? '').slice(44).trim().split(/ {2,}/)
}

const RESULTS = new Map([
  ['Duet', [result(300, 2), result(100, 4), result(200, 3)]],
  ['coturn', [result(100, 8), result(50, 8), result(100, 9)]],
])

test('each server is compared with the last one, round by round', () => {
  const [duet, coturn] = rowLines('a row', RESULTS, 1.2)
  expect(cells(duet)).toEqual(['200', '3.00', '97', '0.00', '2.00', '3.00', '1.2'])
  expect(cells(coturn)).toEqual(['100', '8.00', '97', '0.00'])
})

test('a target that is missed is said to be', () => {
  const [line] = rowLines('a row', RESULTS, 2.5)
  expect(line).toEndWith(' 2.5 missed')
})

test('one server alone is compared with nobody', () => {
  const [line] = rowLines('a row', new Map([...RESULTS].slice(0, 1)), 1.2)
  expect(cells(line)).toHaveLength(4)
  expect(cells(headLine())).toHaveLength(7)
})
