/** How far back a plot reaches. */
export const PLOT_SPAN_MS = 60_000

/** One measured value; null where there was nothing to measure. */
export interface Sample {
  /** Milliseconds since the epoch. */
  at: number
  value: number | null
}

/** The upper end of an axis: the next of 1, 2, 5 times a power of ten, at least `least`. */
export function axisTop(values: readonly (number | null)[], least: number): number {
  const highest = Math.max(least, ...values.filter((value) => value !== null))
  const power = 10 ** Math.floor(Math.log10(highest))
  const step = [1, 2, 5, 10].find((candidate) => candidate * power >= highest) ?? 10
  return step * power
}

/**
 * The line through `samples` as an SVG path in a box of 100 by 100, newest at the right;
 * a gap where a value is missing.
 */
export function linePath(samples: readonly Sample[], top: number, now: number): string {
  let path = ''
  let isDown = false
  for (const { at, value } of samples) {
    const age = now - at
    if (value === null || age > PLOT_SPAN_MS) {
      isDown = false
      continue
    }
    const x = 100 - (age / PLOT_SPAN_MS) * 100
    const y = 100 - (Math.min(value, top) / top) * 100
    path += `${isDown ? 'L' : 'M'}${round(x)} ${round(y)}`
    isDown = true
  }
  return path
}

const round = (value: number) => Math.round(value * 100) / 100

/** Bits per second with the unit that keeps the number short. */
export function formatBitrate(bitsPerSecond: number): string {
  if (bitsPerSecond >= 1_000_000) return `${trim(bitsPerSecond / 1_000_000)} Mbit/s`
  return `${Math.round(bitsPerSecond / 1000)} kbit/s`
}

export function formatRatio(ratio: number): string {
  return `${trim(ratio * 100)} %`
}

export function formatMilliseconds(milliseconds: number): string {
  return `${milliseconds < 10 ? trim(milliseconds) : Math.round(milliseconds)} ms`
}

const trim = (value: number) => String(Math.round(value * 10) / 10)
