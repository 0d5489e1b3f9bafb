import type { Cell, Metric } from './metrics.ts'

/** One metric with what came of it. */
export interface Panel {
  metric: Metric
  cells: readonly Cell[]
}

const PANEL_WIDTH = 440
const LABEL_WIDTH = 128
const BAR_WIDTH = 232
const ROW_HEIGHT = 26
const BAR_HEIGHT = 14
const TITLE_HEIGHT = 44
const MARGIN = 20
const COLUMNS = 2

const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600 }
  .paper { fill: #ffffff }
  .duet { fill: #2f6fde }
  .other { fill: #8c959f }
  .range, .target { stroke: #1f2328; stroke-width: 1.5 }
  .target { stroke: #c2410c; stroke-width: 2; stroke-dasharray: 3 2 }
  .note { fill: #57606a }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .paper { fill: #0d1117 }
    .duet { fill: #5b93f5 }
    .other { fill: #6e7681 }
    .range { stroke: #e6edf3 }
    .target { stroke: #fb923c }
    .note { fill: #9198a1 }
  }`

/** Draws medians as bars, extremes as lines over them, targets as dashed ones. Returns SVG. */
export function drawPlot(title: string, panels: readonly Panel[]): string {
  const rows = Math.max(0, ...panels.map(({ cells }) => cells.length))
  const panelHeight = TITLE_HEIGHT + rows * ROW_HEIGHT
  const width = 2 * MARGIN + COLUMNS * PANEL_WIDTH
  const height = 4 * MARGIN + Math.ceil(panels.length / COLUMNS) * panelHeight
  const drawn = panels.map((panel, index) => {
    const x = MARGIN + (index % COLUMNS) * PANEL_WIDTH
    const y = MARGIN + Math.floor(index / COLUMNS) * panelHeight
    return `<g transform="translate(${x} ${y})">\n${drawPanel(panel)}\n</g>`
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<style>${STYLE}\n</style>`,
    `<rect class="paper" width="${width}" height="${height}" rx="8"/>`,
    ...drawn,
    note(title, height - MARGIN - 18),
    note('Thin line: least to most. Dashed: target, not above it.', height - MARGIN),
    '</svg>\n',
  ].join('\n')
}

function note(text: string, y: number): string {
  return `<text class="note" x="${MARGIN}" y="${y}">${escapeXml(text)}</text>`
}

function drawPanel({ metric, cells }: Panel): string {
  const largest = Math.max(
    ...cells.map(({ summary, target }) => Math.max(summary.max, target ?? 0)),
  )
  const scale = largest > 0 ? BAR_WIDTH / largest : 0
  const lines = cells.map((cell, index) =>
    drawCell(cell, { y: 20 + index * ROW_HEIGHT, scale, digits: metric.digits }),
  )
  return [`<text class="title" y="10">${escapeXml(metric.title)}</text>`, ...lines].join('\n')
}

function drawCell(
  { title, isOurs, summary, target }: Cell,
  { y, scale, digits }: { y: number; scale: number; digits: number },
): string {
  const { median, min, max } = summary
  const at = (value: number): string => (LABEL_WIDTH + value * scale).toFixed(1)
  const middle = y + BAR_HEIGHT / 2
  const value = median.toLocaleString('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  return [
    `<text y="${y + 12}">${escapeXml(title)}</text>`,
    `<rect class="${isOurs ? 'duet' : 'other'}" x="${LABEL_WIDTH}" y="${y}"` +
      ` width="${(median * scale).toFixed(1)}" height="${BAR_HEIGHT}" rx="2"/>`,
    `<line class="range" x1="${at(min)}" x2="${at(max)}" y1="${middle}" y2="${middle}"/>`,
    target === undefined
      ? ''
      : `<line class="target" x1="${at(target)}" x2="${at(target)}" y1="${y - 4}" y2="${y + 18}"/>`,
    `<text x="${LABEL_WIDTH + BAR_WIDTH + 8}" y="${y + 12}">${value}</text>`,
  ].join('')
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
