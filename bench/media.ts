import { parseArgs } from 'node:util'
import {
  startDuet,
  startPortableDuet,
  startReadDuet,
  startWrittenDuet,
} from './media/duet-target.ts'
import { startJanus } from './media/janus-target.ts'
import { measureBare } from './media/bare.ts'
import { openLoad, type LoadShape } from './media/load.ts'
import type { LoadResult, Windows } from './media/sending.ts'
import type { StartTarget } from './media/target.ts'
import { measureTogether } from './media/together.ts'
import { isInNamespace, runInNamespace } from './own-namespace.ts'
import { medianInterval, summarize } from './statistics.ts'

const USAGE = `npm run bench:media -- [options]
  --rounds N     rounds of each row (5)
  --seconds N    of sending in each round (3)
  --warm-up N    seconds of sending before that (10)
  --only NAMES   with commas: Duet, portable (Duet without batched system calls), recorded (beside Duet: Duet with a
                 reader on each stream, read, and with files of what is read, written), Janus, bare
                 (only receives, decrypts, encrypts and sends: what a packet takes at least)
  --together     servers run at the same time, on the same core, which shows small differences
  --shape SHAPES with commas: publishers, x, and players of each (1x1,1x10,1x100,200x1; 2x1 is a call)`

const SERVER_CORE = 0
const LOAD_CORE = 1
/** In a network namespace of its own, for clients on 127.0.0.1 are refused by some servers. */
const HOST = '10.91.0.1'

const SHAPES = ['1x1', '1x10', '1x100', '200x1']

interface MeasureOptions extends Windows {
  core: number
  host: string
}

/** Undefined where it has no such shape. */
type Measure = (shape: LoadShape, options: MeasureOptions) => Promise<LoadResult> | undefined

const SERVERS = new Map<string, StartTarget>([
  ['Duet', startDuet],
  ['portable', startPortableDuet],
  ['read', startReadDuet],
  ['written', startWrittenDuet],
  ['Janus', startJanus],
])

const CONTENDERS = new Map<string, Measure>([
  ...[...SERVERS].map(([name, start]): [string, Measure] => [name, measureServer(start)]),
  [
    'bare',
    (shape, options) => (shape.playersPerPublisher === 1 ? measureBare(shape, options) : undefined),
  ],
])

function measureServer(start: StartTarget): Measure {
  return async (shape, { core, host, ...windows }) => {
    const target = await start({ core, host })
    try {
      const load = await openLoad(target, shape, host)
      try {
        return await load.measure(windows)
      } finally {
        load.close()
      }
    } finally {
      await target.close()
    }
  }
}

const COLUMNS: [name: string, digits: number, value: (result: LoadResult) => number][] = [
  ['packets/s', 0, ({ forwardedPerSecond }) => forwardedPerSecond],
  ['µs/packet', 1, ({ microsPerPacket }) => microsPerPacket],
  ['kB/stream', 0, ({ kilobytesPerStream }) => kilobytesPerStream],
  ['loss %', 2, ({ lossPercent }) => lossPercent],
  ['p50 µs', 0, ({ delayP50Micros }) => delayP50Micros],
  ['p99 µs', 0, ({ delayP99Micros }) => delayP99Micros],
]

/** Processor time beside another one's, of the same rounds. */
const BESIDES: {
  name: string
  of: string
  compare: (ours: readonly LoadResult[], others: readonly LoadResult[]) => string
}[] = [
  {
    name: 'µs more',
    of: 'Duet',
    compare: (ours, others) => compareRounds(ours, others, (mine, other) => mine - other),
  },
  {
    name: 'times bare',
    of: 'bare',
    compare: (ours, others) => compareRounds(ours, others, (mine, other) => mine / other),
  },
]

/**
 * Media servers side by side, in turns, each on one core: processor time per forwarded packet,
 * memory per stream, added delay and loss, with streams of 200 kbit/s.
 */
export async function benchMedia(args: readonly string[]): Promise<void> {
  const options = readOptions(args)
  if (!options) return
  if (!isInNamespace()) return runInNamespace('media', args, [HOST])
  await Bun.$`taskset -a -p -c ${LOAD_CORE} ${process.pid}`.quiet()
  const { rounds, seconds, contenders, shapes } = options
  console.log(`publishers x players of each; medians of ${rounds} rounds of ${seconds} s`)
  const names = COLUMNS.map(([name]) => name)
  const besides = BESIDES.filter(({ of }) => contenders.some(([name]) => name === of))
  console.log(['', ...names, ...besides.map(({ name }) => name)].map(cell).join(''))
  for (const [shapeName, shape] of shapes) {
    const results = new Map(contenders.map(([name]) => [name, [] as LoadResult[]]))
    let round = 0
    for await (const given of measureRounds(shape, options)) {
      for (const [name, result] of given) results.get(name)?.push(result)
      printRound(`${shapeName} ${(round += 1)} of ${rounds}`, given)
    }
    for (const [name, all] of results) {
      if (all.length === 0) continue
      const beside = besides.map(({ of, compare }) => compare(all, results.get(of) ?? []))
      printRow(`${shapeName} ${name}`, all, beside)
    }
  }
}

/** Yields what each round gave. */
async function* measureRounds(
  shape: LoadShape,
  { rounds, seconds, warmUp, isTogether, contenders }: Options,
): AsyncGenerator<ReadonlyMap<string, LoadResult>> {
  const windows = { warmUpMs: warmUp * 1000, windowMs: seconds * 1000 }
  const options = { core: SERVER_CORE, host: HOST, ...windows }
  if (isTogether) {
    const servers = [...SERVERS].filter(([name]) => contenders.some(([other]) => other === name))
    return yield* measureTogether(new Map(servers), shape, { rounds, ...options })
  }
  for (let round = 0; round < rounds; round += 1) {
    const given = new Map<string, LoadResult>()
    for (const [name, measure] of contenders) {
      const result = await measure(shape, options)
      if (result) given.set(name, result)
    }
    yield given
  }
}

interface Options {
  rounds: number
  seconds: number
  warmUp: number
  isTogether: boolean
  contenders: [string, Measure][]
  shapes: [string, LoadShape][]
}

function readOptions(args: readonly string[]): Options | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        rounds: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '3' },
        'warm-up': { type: 'string', default: '10' },
        only: { type: 'string' },
        together: { type: 'boolean', default: false },
        shape: { type: 'string', default: SHAPES.join(',') },
      },
    })
    // What it costs is the difference.
    const only = values.only === 'recorded' ? ['Duet', 'read', 'written'] : values.only?.split(',')
    const contenders = [...CONTENDERS].filter(([name]) => only?.includes(name) ?? true)
    for (const name of only ?? [])
      if (!CONTENDERS.has(name)) throw new TypeError(`there is no "${name}"`)
    if (values.together && contenders.some(([name]) => !SERVERS.has(name)))
      throw new TypeError('only servers run together: --only says which')
    return {
      rounds: positive(values.rounds),
      seconds: positive(values.seconds),
      warmUp: positive(values['warm-up']),
      isTogether: values.together,
      contenders,
      shapes: values.shape.split(',').map((name) => [name, readShape(name)]),
    }
  } catch (error) {
    console.error(`${String(error)}\n\n${USAGE}`)
    process.exitCode = 1
    return undefined
  }
}

function readShape(name: string): LoadShape {
  const [, publishers, players] = /^(\d{1,4})x(\d{1,4})$/.exec(name) ?? []
  if (!publishers || !players) throw new TypeError(`"${name}" is not a shape like 200x1`)
  return { publishers: positive(publishers), playersPerPublisher: positive(players) }
}

function positive(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new TypeError(`"${text}" is not a positive number`)
  return value
}

/** The median of what each round gave, and where the true one lies in 19 of 20 cases. */
function compareRounds(
  ours: readonly LoadResult[],
  others: readonly LoadResult[],
  compare: (ours: number, other: number) => number,
): string {
  const rounds = ours.flatMap(({ microsPerPacket }, round) => {
    const other = others[round]
    return other ? [compare(microsPerPacket, other.microsPerPacket)] : []
  })
  if (rounds.length === 0) return ''
  const [low, high] = medianInterval(rounds)
  return `${summarize(rounds).median.toFixed(2)} (${low.toFixed(1)}..${high.toFixed(1)})`
}

/** Beside the table, for rounds are long. */
function printRound(name: string, given: ReadonlyMap<string, LoadResult>): void {
  const micros = [...given].map(([contender, { microsPerPacket }]) => {
    return `${contender} ${microsPerPacket.toFixed(2)}`
  })
  console.error(`${name}: µs/packet ${micros.join(', ')}`)
}

function printRow(name: string, results: readonly LoadResult[], beside: readonly string[]): void {
  const cells = COLUMNS.map(([, digits, value]) =>
    summarize(results.map(value)).median.toFixed(digits),
  )
  console.log([name, ...cells, ...beside].map(cell).join(''))
}

function cell(text: string, index: number): string {
  return index === 0 ? text.padEnd(16) : text.padStart(index > COLUMNS.length ? 21 : 11)
}
