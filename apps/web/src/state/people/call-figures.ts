import { PLOT_SPAN_MS, type Sample } from '../plot-scale.ts'
import type { CallFigures, FigureSample } from '../ringing/figure-log.ts'

/** Samples that are drawn; a page of ours sends fewer. */
const MAX_SAMPLES = 1000

/** What can be drawn of a sample. */
export type Measure = Exclude<keyof FigureSample, 'at' | 'mode'>

/** Reads what a page, perhaps the other one's, says to have measured; undefined for nothing usable. */
export function readFigures(figures: unknown): FigureSample[] | undefined {
  const samples = (parsed(figures) as Partial<CallFigures> | null)?.samples
  if (!Array.isArray(samples)) return undefined
  const read = samples
    .slice(0, MAX_SAMPLES)
    .map(readSample)
    .filter((sample) => sample !== undefined)
    .sort((some, other) => some.at - other.at)
  return read.length > 0 ? read : undefined
}

/** One measurement over the whole call, stretched to what a plot spans; its right edge is 0. */
export function stretched(samples: readonly FigureSample[], measure: Measure): Sample[] {
  const first = samples[0]?.at ?? 0
  const span = Math.max(1, (samples.at(-1)?.at ?? 0) - first)
  return samples.map((sample) => ({
    at: ((sample.at - first) / span - 1) * PLOT_SPAN_MS,
    value: sample[measure],
  }))
}

function readSample(sample: unknown): FigureSample | undefined {
  if (typeof sample !== 'object' || sample === null) return undefined
  const fields = new Map(Object.entries(sample))
  const at: unknown = fields.get('at')
  if (!isMeasure(at)) return undefined
  const read = (name: Measure): number | null => {
    const value: unknown = fields.get(name)
    return isMeasure(value) ? value : null
  }
  const mode: unknown = fields.get('mode')
  return {
    at,
    mode: mode === 'direct' || mode === 'relay' || mode === 'server' ? mode : null,
    roundTripMs: read('roundTripMs'),
    sentBitsPerSecond: read('sentBitsPerSecond') ?? 0,
    receivedBitsPerSecond: read('receivedBitsPerSecond') ?? 0,
    sentLoss: read('sentLoss'),
    receivedLoss: read('receivedLoss'),
  }
}

function isMeasure(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

/** Figures come as the JSON that the page sent, or read already. */
function parsed(figures: unknown): unknown {
  if (typeof figures !== 'string') return figures
  try {
    return JSON.parse(figures)
  } catch {
    return null
  }
}
