import { isInNamespace, runInNamespace } from './own-namespace.ts'
import { GeneratorProcess } from './turn/generator-process.ts'
import type { LoadResult } from './turn/load.ts'
import { readOptions, USAGE, type TurnOptions } from './turn/options.ts'
import { headLine, rowLines } from './turn/report.ts'
import { shapeName, targetOf, type LoadShape } from './turn/shape.ts'
import { TARGETS, type RunningTarget } from './turn/targets.ts'

const SERVER_CORE = 0
const LOAD_CORE = 1
const SERVER_HOST = '10.91.0.1'
const LOAD_HOST = '10.91.0.2'
const NETWORK = '10.91.0.0/24'
const FIRST_PORT = 3478

/** The first round compiles what is hot; the others only have to fill queues. */
const FIRST_WARM_UP_MS = 1500
const WARM_UP_MS = 300
/** What is paced: rows with channel data over UDP and this much in a packet. */
const PACED_BYTES = 1000

interface Stage {
  options: TurnOptions
  targets: ReadonlyMap<string, RunningTarget>
  generator: GeneratorProcess
}

/**
 * TURN servers side by side, in turns, on one core: packets per second, loss and processor time per
 * packet, with authentication and permissions. The load generator has another core.
 */
export async function benchTurn(args: readonly string[]): Promise<void> {
  let options: TurnOptions
  try {
    options = readOptions(args)
  } catch (error) {
    console.error(`${String(error)}\n\n${USAGE}`)
    process.exitCode = 1
    return
  }
  if (!isInNamespace()) return runInNamespace('turn', args, [SERVER_HOST, LOAD_HOST])
  const targets = new Map<string, RunningTarget>()
  const generator = new GeneratorProcess(LOAD_CORE)
  try {
    for (const [index, name] of options.targets.entries()) {
      const start = TARGETS.get(name)
      const port = FIRST_PORT + index
      const where = { core: SERVER_CORE, host: SERVER_HOST, port, network: NETWORK }
      if (start) targets.set(name, await start(where))
    }
    const { rounds, seconds, burst } = options
    console.log(
      `medians of ${rounds} rounds of ${seconds} s, ${burst} packets in a row; servers take turns on one core`,
    )
    console.log(headLine())
    await measure({ options, targets, generator })
  } finally {
    await generator.end()
    for (const target of targets.values()) await target.close()
  }
}

async function measure(stage: Stage): Promise<void> {
  const { shapes, isSaturated, rates } = stage.options
  for (const shape of isSaturated ? shapes : []) {
    await measureRow(stage, shape, undefined)
  }
  const isPaced = ({ method, transport, bytes, to }: LoadShape): boolean =>
    method === 'channel' && transport === 'udp' && bytes === PACED_BYTES && to === 'peer'
  for (const rate of rates) {
    for (const shape of shapes.filter(isPaced)) await measureRow(stage, shape, rate)
  }
}

async function measureRow(
  { options, targets, generator }: Stage,
  shape: LoadShape,
  perSecond: number | undefined,
): Promise<void> {
  const results = new Map([...targets.keys()].map((name) => [name, [] as LoadResult[]]))
  for (let round = 0; round < options.rounds; round += 1) {
    for (const [name, target] of targets) {
      const { host, port, username, password, pid } = target
      const warmUpMs = round === 0 ? FIRST_WARM_UP_MS : WARM_UP_MS
      const result = await generator.load({
        shape,
        target: { host, port, username, password },
        source: { clientHost: LOAD_HOST, burst: options.burst },
        window: { pid, warmUpMs, ms: options.seconds * 1000 },
        perSecond,
      })
      results.get(name)?.push(result)
    }
  }
  const name = shapeName(shape) + (perSecond === undefined ? '' : ` at ${perSecond}/s`)
  const target = perSecond === undefined ? targetOf(shape) : undefined
  console.log(rowLines(name, results, target).join('\n'))
}
