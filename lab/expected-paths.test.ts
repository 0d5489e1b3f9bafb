import { expect, test } from 'bun:test'
import { EXPECTED_PATHS, expectedPathsTable } from './expected-paths.ts'
import { NAT_KINDS } from './nat-kinds.ts'

const DOCUMENT = new URL('../docs/nat.md', import.meta.url)

test('something is expected of every pair of homes, once', () => {
  const pairs = NAT_KINDS.flatMap((one, index) =>
    NAT_KINDS.slice(index).map((other) => `${one}, ${other}`),
  )
  expect(EXPECTED_PATHS.map(({ pair }) => pair.join(', '))).toEqual(pairs)
})

test('the table for people says the same', async () => {
  expect(cellsOf(await Bun.file(DOCUMENT).text())).toEqual(cellsOf(expectedPathsTable()))
})

/** The rows of the tables in a text; the formatter pads their cells. */
function cellsOf(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim().replace(/^-+$/, '---')))
}
