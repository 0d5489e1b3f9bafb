import { axisTop, linePath, PLOT_SPAN_MS, type Sample } from '../state/plot-scale.ts'
import { useDetailsWords } from './use-details-words.ts'

export interface Series {
  name: string
  samples: Sample[]
}

export interface PlotProps {
  title: string
  /** One or two lines. */
  series: Series[]
  /** The axis never ends below this. */
  leastTop: number
  format: (value: number) => string
  /** The time at the right edge, milliseconds since the epoch. */
  now: number
  /** What is said at the edges; without it, the last minute. */
  ends?: { left: string; right: string }
}

/** The last minute of one measurement, small: axis, lines, and the newest value in words. */
export function Plot({ title, series, leastTop, format, now, ends }: PlotProps) {
  const words = useDetailsWords()
  const top = axisTop(
    series.flatMap(({ samples }) => samples.map(({ value }) => value)),
    leastTop,
  )
  const newest = series.map(({ name, samples }) => ({ name, value: samples.at(-1)?.value ?? null }))
  const said = newest.map(({ name, value }) => `${name} ${value === null ? '–' : format(value)}`)
  return (
    <figure class="plot">
      <figcaption>
        <span class="plot-title">{title}</span>
        {newest.map(({ name, value }, index) => (
          <span key={name} class="plot-value" data-series={index}>
            {series.length > 1 && <span class="plot-name">{name}</span>}
            {value === null ? '–' : format(value)}
          </span>
        ))}
      </figcaption>
      <div class="plot-area">
        <span class="axis-top">{format(top)}</span>
        <span class="axis-bottom">{format(0)}</span>
        <svg
          viewBox="0 0 100 100"
          preserveAspectRatio="none"
          role="img"
          aria-label={`${title}: ${said.join(', ')}`}
        >
          <path class="plot-grid" d="M0 0H100M0 50H100M0 100H100" />
          {series.map(({ name, samples }, index) => (
            <path
              key={name}
              class="plot-line"
              data-series={index}
              d={linePath(samples, top, now)}
            />
          ))}
        </svg>
        <span class="axis-left">{ends?.left ?? words.secondsAgo(PLOT_SPAN_MS / 1000)}</span>
        <span class="axis-right">{ends?.right ?? words.now}</span>
      </div>
    </figure>
  )
}
