import { describe, expect, test } from 'bun:test'
import { contenders, REFERENCE, type Contender } from './contenders.ts'
import { cellsOf, emptyMeasured, metricLines, METRICS, type Measured } from './metrics.ts'
import { readOptions } from './options.ts'
import { drawPlot } from './plot.ts'

function results(): Map<Contender, Measured> {
  const [native] = contenders(undefined)
  const reference = contenders(undefined).find(({ name }) => name === REFERENCE)
  if (!native || !reference) throw new Error('there are no rows')
  return new Map([
    [native, { ...emptyMeasured(), saturatedMicros: [6, 8, 7] }],
    [reference, { ...emptyMeasured(), saturatedMicros: [28, 28, 30] }],
  ])
}

const [metric] = METRICS

describe('the report', () => {
  test('shows median, extremes, the ratio to the reference and the target', () => {
    if (!metric) throw new Error('nothing is measured')
    const [, native, reference] = metricLines(metric, cellsOf(metric, results(), REFERENCE))
    expect(native?.split(/ {2,}/)).toEqual(['Duet native', '7.0', '6.0', '8.0', '0.25', '<= 8'])
    expect(reference?.split(/ {2,}/)).toEqual(['Socket.IO on Node', '28.0', '28.0', '30.0', '1.00'])
  })

  test('draws a bar for each row, and words that XML can carry', () => {
    if (!metric) throw new Error('nothing is measured')
    const svg = drawPlot('a < b', [{ metric, cells: cellsOf(metric, results(), REFERENCE) }])
    expect(svg.match(/<rect class="(duet|other)"/g)).toHaveLength(2)
    expect(svg.match(/class="target" x1/g)).toHaveLength(1)
    expect(svg).toContain('a &lt; b')
    expect(svg).not.toContain('NaN')
  })
})

describe('the options', () => {
  test('have defaults', () => {
    expect(readOptions([])).toMatchObject({
      rounds: 5,
      only: [],
      plot: undefined,
      other: undefined,
    })
  })

  test('name another server', () => {
    const other = ['--other', 'run it', '--other-url', 'http://127.0.0.1:1']
    expect(readOptions([...other, '--other-dialect', 'topic']).other).toEqual({
      command: 'run it',
      url: 'http://127.0.0.1:1',
      dialect: 'topic',
    })
  })

  test.each([
    [['--rounds', 'x']],
    [['--other', 'run it']],
    [['--other', 'run it', '--other-url', 'nowhere']],
    [['--other', 'x', '--other-url', 'http://127.0.0.1:1', '--other-dialect', 'y']],
    [['--nonsense']],
  ])('%p is refused', (args) => {
    expect(() => readOptions(args)).toThrow(TypeError)
  })
})
