import { DIALECTS, type DialectClient, type DialectName } from './dialects.ts'
import { Load, type LoadResult, type PacedResult, type Window } from './load.ts'
import { readRssBytes } from './process-usage.ts'
import { WireClient } from './wire-client.ts'

/** Where a server speaks a dialect. */
export interface Target {
  pid: number
  origin: string
  dialect: DialectName
}

/** What the benchmark asks of this process, one after the other. */
export type Order =
  | { type: 'open'; target: Target; pairs: number }
  | { type: 'saturate'; window: Window; inFlight: number }
  | { type: 'pace'; window: Window; perSecond: number }
  | { type: 'close' }
  | { type: 'idle'; target: Target; sessions: number }

/** Nothing, what a load came to, or bytes of memory per session. */
export type Outcome = LoadResult | PacedResult | number | undefined

export type Answer = { value: Outcome } | { error: string }

/** Handshakes at once. */
const BATCH = 50

/** Sessions that come before memory is looked at: they make the server compile what it needs. */
const FIRST_SESSIONS = 200

const SETTLE_INTERVAL_MS = 400
const SETTLE_TIMEOUT_MS = 4_000

let load: Load | undefined

async function carryOut(order: Order): Promise<Outcome> {
  switch (order.type) {
    case 'open':
      load = new Load(await openPairs(order.target, order.pairs))
      return undefined
    case 'saturate':
      return load?.saturate(order.window, order.inFlight)
    case 'pace':
      return load?.pace(order.window, order.perSecond)
    case 'close':
      load?.close()
      return undefined
    case 'idle':
      return measureIdle(order.target, order.sessions)
  }
}

function openPairs(target: Target, count: number) {
  const run = crypto.randomUUID().slice(0, 8)
  return inBatches(count, async (index) => {
    const { dialect, a, b } = await openTwo(target)
    return dialect.pair(a, b, `signal-${run}-${index}`)
  })
}

/** Bytes that the server's memory grows by with each session in which nothing is said. */
async function measureIdle(target: Target, sessions: number): Promise<number> {
  const enterTwo = async (index: number): Promise<WireClient[]> => {
    const { dialect, a, b } = await openTwo(target)
    await dialect.enter(a, `idle-${index}`)
    await dialect.enter(b, `idle-${index}`)
    return [a, b]
  }
  const first = await inBatches(FIRST_SESSIONS / 2, enterTwo)
  const before = await settledRss(target.pid)
  const rest = await inBatches(sessions / 2, (index) => enterTwo(FIRST_SESSIONS + index))
  const after = await settledRss(target.pid)
  for (const client of [...first, ...rest].flat()) client.close()
  return (after - before) / sessions
}

async function openTwo({ origin, dialect: name }: Target): Promise<{
  dialect: DialectClient
  a: WireClient
  b: WireClient
}> {
  const dialect = DIALECTS[name]
  const { hostname, port, protocol } = new URL(origin)
  const address = {
    host: hostname,
    port: Number(port),
    isSecure: protocol === 'https:',
    path: dialect.path,
    ...(dialect.protocol === undefined ? {} : { protocol: dialect.protocol }),
  }
  const [a, b] = await Promise.all([WireClient.connect(address), WireClient.connect(address)])
  return { dialect, a, b }
}

/** Memory once it does not change any more. */
async function settledRss(pid: number): Promise<number> {
  const endsAt = Date.now() + SETTLE_TIMEOUT_MS
  for (let before = Number.NaN; ;) {
    await Bun.sleep(SETTLE_INTERVAL_MS)
    const rss = readRssBytes(pid)
    if (Math.abs(rss - before) < rss / 500 || Date.now() > endsAt) return rss
    before = rss
  }
}

async function inBatches<Item>(
  count: number,
  make: (index: number) => Promise<Item>,
): Promise<Item[]> {
  const made: Item[] = []
  while (made.length < count) {
    const size = Math.min(BATCH, count - made.length)
    const from = made.length
    made.push(...(await Promise.all(Array.from({ length: size }, (_, i) => make(from + i)))))
  }
  return made
}

process.on('message', (order: Order) => {
  carryOut(order).then(
    (value) => process.send?.({ value } satisfies Answer),
    (error: unknown) => process.send?.({ error: String(error) } satisfies Answer),
  )
})

// The benchmark is gone, however it ended.
process.on('disconnect', () => process.exit())
