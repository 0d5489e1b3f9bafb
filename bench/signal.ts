import { contenders, REFERENCE, type Contender, type RunningTarget } from './signal/contenders.ts'
import { GeneratorProcess } from './signal/generator-process.ts'
import {
  cellsOf,
  CHECKS,
  emptyMeasured,
  metricLines,
  METRICS,
  type Measured,
} from './signal/metrics.ts'
import { readOptions, USAGE, type SignalOptions } from './signal/options.ts'
import { drawPlot } from './signal/plot.ts'
import { SIGNAL_BYTES } from './signal/signal-frame.ts'

const SERVER_CORE = 0
const GENERATOR_CORE = 1
const PAIRS = 100
const IDLE_SESSIONS = 2000

/** The first round compiles what is hot; the others only have to fill queues. */
const FIRST_WARM_UP_MS = 2000
const WARM_UP_MS = 300
const WINDOW_MS = 1200

type Results = ReadonlyMap<Contender, Measured>

/**
 * Signaling side by side: processor time per relayed signal, signals per second on one core,
 * latency, and memory per idle session. Servers take turns on one core, the load generator has
 * another one.
 */
export async function benchSignal(args: readonly string[]): Promise<void> {
  let options: SignalOptions
  try {
    options = readOptions(args)
  } catch (error) {
    return complain(String(error))
  }
  const rows = contenders(options.other).filter(
    ({ name }) => options.only.length === 0 || options.only.includes(name),
  )
  if (rows.length === 0) return complain('no such row')
  const results = new Map(rows.map((row) => [row, emptyMeasured()]))
  const open = new Set<() => Promise<void>>()
  const closeAll = async (): Promise<void> => {
    await Promise.all([...open].map((close) => close()))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void closeAll().finally(() => process.exit(1)))
  }
  const generator = new GeneratorProcess(GENERATOR_CORE)
  open.add(() => generator.end())
  const start = async (row: Contender): Promise<RunningTarget> => {
    const target = await row.start(SERVER_CORE)
    open.add(() => target.close())
    return target
  }
  try {
    await measureMemory(results, { options, generator, start })
    await measureLoad(results, { options, generator, start })
  } finally {
    await closeAll()
  }
  await report(results, options)
}

function complain(sentence: string): void {
  console.error(`${sentence}\n\n${USAGE}`)
  process.exitCode = 1
}

interface Stage {
  options: SignalOptions
  generator: GeneratorProcess
  start: (row: Contender) => Promise<RunningTarget>
}

/** Every round with a fresh server: memory that was used once is not given back. */
async function measureMemory(results: Results, stage: Stage): Promise<void> {
  for (let round = 0; round < stage.options.memoryRounds; round++) {
    for (const [row, measured] of results) {
      const target = await stage.start(row)
      const bytes = await stage.generator.idle(plainTarget(target), IDLE_SESSIONS)
      measured.kilobytes.push(bytes / 1000)
      await target.close()
    }
  }
}

/** All servers stay up and are loaded in turn. */
async function measureLoad(results: Results, stage: Stage): Promise<void> {
  const { options, generator } = stage
  const { rounds } = options
  if (rounds === 0) return
  const targets = new Map<Contender, RunningTarget>()
  for (const row of results.keys()) targets.set(row, await stage.start(row))
  for (let round = 0; round < rounds; round++) {
    for (const [row, measured] of results) {
      const target = targets.get(row)
      if (target) await measureRound(measured, { target, round, options, generator })
    }
  }
}

async function measureRound(
  measured: Measured,
  stage: {
    target: RunningTarget
    round: number
    options: SignalOptions
    generator: GeneratorProcess
  },
): Promise<void> {
  const { target, round, options, generator } = stage
  const { pid } = target
  await generator.open(plainTarget(target), PAIRS)
  const warmUpMs = round === 0 ? FIRST_WARM_UP_MS : WARM_UP_MS
  const full = await generator.saturate({ pid, warmUpMs, ms: WINDOW_MS }, options.inFlight)
  const paced = await generator.pace({ pid, warmUpMs: WARM_UP_MS, ms: WINDOW_MS }, options.rate)
  await generator.closeAll()
  measured.saturatedMicros.push(full.serverCpuMicros / full.signals)
  measured.pacedMicros.push(paced.serverCpuMicros / paced.signals)
  measured.perSecond.push(full.signals / full.seconds)
  measured.p50.push(paced.p50)
  measured.p99.push(paced.p99)
  measured.serverShare.push(full.serverCpuMicros / full.seconds / 10_000)
  measured.generatorShare.push(full.generatorMicros / full.seconds / 10_000)
}

/** What may be sent to another process. */
function plainTarget({ pid, origin, dialect }: RunningTarget) {
  return { pid, origin, dialect }
}

async function report(results: Results, options: SignalOptions): Promise<void> {
  const { rounds, inFlight, rate, plot } = options
  const title =
    `${PAIRS} pairs, ${SIGNAL_BYTES} B per signal, ${inFlight} in flight per client at ` +
    `saturation, paced load ${rate}/s, median of ${rounds} rounds`
  console.log(title)
  for (const metric of [...METRICS, ...CHECKS]) {
    const cells = cellsOf(metric, results, REFERENCE)
    if (cells.length > 0) console.log(`\n${metricLines(metric, cells).join('\n')}`)
  }
  if (plot === undefined) return
  const panels = METRICS.map((metric) => ({ metric, cells: cellsOf(metric, results, REFERENCE) }))
  await Bun.write(plot, drawPlot(title, panels))
  console.log(`\ndrawn as ${plot}`)
}
