import { summarize, type Summary } from '../statistics.ts'
import type { Contender } from './contenders.ts'

/** Everything that is measured of one contender, round by round. */
export interface Measured {
  saturatedMicros: number[]
  pacedMicros: number[]
  perSecond: number[]
  p50: number[]
  p99: number[]
  kilobytes: number[]
  serverShare: number[]
  generatorShare: number[]
}

/** One thing that is measured. */
export interface Metric {
  key: keyof Measured
  title: string
  digits: number
  target?: (contender: Contender) => number | undefined
}

/** What is shown, in this order. */
export const METRICS: readonly Metric[] = [
  {
    key: 'saturatedMicros',
    title: 'server CPU per signal at saturation, µs',
    digits: 1,
    target: ({ targetMicros }) => targetMicros,
  },
  {
    key: 'pacedMicros',
    title: 'server CPU per signal at the paced load, µs',
    digits: 1,
  },
  { key: 'perSecond', title: 'signals per second on one core', digits: 0 },
  {
    key: 'kilobytes',
    title: 'memory per idle session, kB',
    digits: 1,
    target: ({ targetKilobytes }) => targetKilobytes,
  },
  { key: 'p50', title: 'latency at the paced load, p50, µs', digits: 0 },
  { key: 'p99', title: 'latency at the paced load, p99, µs', digits: 0 },
]

/** Whether the server's core was the bottleneck, and not the load generator's. */
export const CHECKS: readonly Metric[] = [
  { key: 'serverShare', title: 'server core at saturation, %', digits: 0 },
  { key: 'generatorShare', title: 'generator core at saturation (has work), %', digits: 0 },
]

/** One contender in one metric. */
export interface Cell {
  title: string
  isReference: boolean
  isOurs: boolean
  summary: Summary
  target: number | undefined
}

export function emptyMeasured(): Measured {
  return {
    saturatedMicros: [],
    pacedMicros: [],
    perSecond: [],
    p50: [],
    p99: [],
    kilobytes: [],
    serverShare: [],
    generatorShare: [],
  }
}

/** The contenders of which `metric` was measured. */
export function cellsOf(
  metric: Metric,
  results: ReadonlyMap<Contender, Measured>,
  reference: string,
): Cell[] {
  return [...results]
    .filter(([, measured]) => measured[metric.key].length > 0)
    .map(([contender, measured]) => ({
      title: contender.title,
      isReference: contender.name === reference,
      isOurs: contender.targetMicros !== undefined,
      summary: summarize(measured[metric.key]),
      target: metric.target?.(contender),
    }))
}

/** One metric as lines of text, each contender with its ratio to the reference. */
export function metricLines(metric: Metric, cells: readonly Cell[]): string[] {
  const width = Math.max(42, ...cells.map(({ title }) => title.length))
  const reference = cells.find(({ isReference }) => isReference)?.summary.median
  const header = ['median', 'min', 'max', 'ratio'].map((name) => name.padStart(9)).join('')
  return [
    `${metric.title.padEnd(width)}${header}  target`,
    ...cells.map(({ title, summary, target }) => {
      const { median, min, max } = summary
      const ratio = reference ? (median / reference).toFixed(2) : ''
      const numbers = [median, min, max].map((value) => value.toFixed(metric.digits))
      const text = [...numbers, ratio].map((cell) => cell.padStart(9)).join('')
      return `${title.padEnd(width)}${text}${target === undefined ? '' : `  <= ${target}`}`
    }),
  ]
}
