/** What many rounds of one measurement come to, in the unit of the measurement. */
export interface Summary {
  rounds: number
  median: number
  min: number
  max: number
  p95: number
}

/** Sums up `values`. Throws a RangeError when there are none. */
export function summarize(values: readonly number[]): Summary {
  if (values.length === 0) throw new RangeError('nothing was measured')
  const sorted = values.toSorted((a, b) => a - b)
  return {
    rounds: sorted.length,
    median: quantile(sorted, 0.5),
    min: quantile(sorted, 0),
    max: quantile(sorted, 1),
    p95: quantile(sorted, 0.95),
  }
}

/**
 * Between which two of `values` the median of what they are drawn from lies, with a probability of
 * 95 % or more (by the binomial distribution); the extremes where they are too few for that.
 */
export function medianInterval(values: readonly number[]): [low: number, high: number] {
  const sorted = values.toSorted((a, b) => a - b)
  const count = sorted.length
  // Values below the median: as heads of a coin.
  let outside = 0
  let rank = 0
  for (let probability = 0.5 ** count; rank < count / 2; rank += 1) {
    outside += probability
    if (outside > 0.025) break
    probability *= (count - rank) / (rank + 1)
  }
  const low = Math.max(rank - 1, 0)
  return [sorted[low] ?? Number.NaN, sorted[count - 1 - low] ?? Number.NaN]
}

/** Prints one line per measurement, with its target beside it. */
export function printTable(
  unit: string,
  rows: readonly { name: string; values: readonly number[]; target?: string }[],
): void {
  const width = Math.max(...rows.map(({ name }) => name.length))
  const columns = ['rounds', 'median', 'min', 'max', 'p95']
  console.log(
    `${unit.padEnd(width)}${columns.map((column) => column.padStart(9)).join('')}  target`,
  )
  for (const { name, values, target } of rows) {
    const { rounds, median, min, max, p95 } = summarize(values)
    const cells = [String(rounds), ...[median, min, max, p95].map((value) => value.toFixed(0))]
    console.log(
      `${name.padEnd(width)}${cells.map((cell) => cell.padStart(9)).join('')}  ${target ?? ''}`,
    )
  }
}

/** The value below which the share `at` of `sorted` lies, between neighbours linearly. */
export function quantile(sorted: readonly number[], at: number): number {
  const position = at * (sorted.length - 1)
  const below = sorted[Math.floor(position)] ?? 0
  const above = sorted[Math.ceil(position)] ?? below
  return below + (above - below) * (position - Math.floor(position))
}
