import { summarize } from '../statistics.ts'
import type { LoadResult } from './load.ts'

const COLUMNS: [name: string, digits: number, value: (result: LoadResult) => number][] = [
  ['packets/s', 0, ({ packetsPerSecond }) => packetsPerSecond],
  ['µs/packet', 2, ({ microsPerPacket }) => microsPerPacket],
  ['core %', 0, ({ serverShare }) => serverShare * 100],
  ['loss %', 2, ({ lossPercent }) => lossPercent],
]
const NAME_WIDTH = 44
const WIDTH = 11

/** What the columns are; ratios are medians of those in each round. */
export function headLine(): string {
  const names = [...COLUMNS.map(([name]) => name), 'ratio', 'CPU ratio', 'target']
  return ''.padEnd(NAME_WIDTH) + names.map((name) => name.padStart(WIDTH)).join('')
}

/** One line for each server; `target` is what the first one's packets are to be in the last one's. */
export function rowLines(
  name: string,
  results: ReadonlyMap<string, readonly LoadResult[]>,
  target: number | undefined,
): string[] {
  const all = [...results]
  const reference = all.at(-1)?.[1] ?? []
  return all.map(([server, own], index) => {
    const cells = COLUMNS.map(([, digits, value]) => median(own.map(value)).toFixed(digits))
    const isCompared = index < all.length - 1 && reference.length > 0
    if (isCompared) {
      const more = ratio(own, reference, ({ packetsPerSecond }) => packetsPerSecond)
      const less = ratio(reference, own, ({ microsPerPacket }) => microsPerPacket)
      cells.push(more.toFixed(2), less.toFixed(2))
      if (target !== undefined && index === 0) {
        cells.push(`${target}${more < target ? ' missed' : ''}`)
      }
    }
    return (
      `${name}, ${server}`.padEnd(NAME_WIDTH) + cells.map((cell) => cell.padStart(WIDTH)).join('')
    )
  })
}

/** Servers take turns, so that a round sees the same machine. */
function ratio(
  results: readonly LoadResult[],
  others: readonly LoadResult[],
  value: (result: LoadResult) => number,
): number {
  return median(results.map((result, round) => value(result) / value(others[round] ?? result)))
}

function median(values: readonly number[]): number {
  return summarize(values).median
}
