import { systemClock } from '@duet/base'
import { bunDatagrams, type DatagramPort } from '@duet/datagrams'
import { createLoadContext, MediaClient, type DtlsContext } from '@duet/media'
import { parseIp } from '@duet/stun'
import { readCpuMicros, readRssBytes } from '../signal/process-usage.ts'
import { quantile } from '../statistics.ts'
import { AvatarStream, sentAtMicros } from './avatar-stream.ts'
import type { MediaTarget } from './target.ts'

export interface LoadShape {
  publishers: number
  playersPerPublisher: number
}

export interface LoadResult {
  forwardedPerSecond: number
  microsPerPacket: number
  kilobytesPerStream: number
  /** Of what was sent to the server and should have come to each player. */
  lossPercent: number
  delayP50Micros: number
  delayP99Micros: number
}

const TICK_MS = 50
const CONNECT_TIMEOUT_MS = 5_000
const CONNECT_ATTEMPTS = 4
const WARM_UP_MS = 1_500
/** Clients that shake hands at once. */
const CONNECTING_AT_ONCE = 20
/** Of so many packets the delay of one is kept. */
const DELAY_SAMPLE = 7

interface Peer {
  client: MediaClient
  port: DatagramPort
}

/** Connects publishers and players to a server, sends for a while, and says what it took. */
export async function measureLoad(
  target: MediaTarget,
  { publishers, playersPerPublisher }: LoadShape,
  { host, windowMs }: { host: string; windowMs: number },
): Promise<LoadResult> {
  const dtls = createLoadContext({ clock: systemClock })
  const idleBytes = readRssBytes(target.pid)
  const counters = { received: 0, isCounting: false, delays: [] as number[] }
  const onRtp = (packet: Uint8Array, length: number): void => {
    if (!counters.isCounting) return
    counters.received += 1
    if (counters.received % DELAY_SAMPLE !== 0) return
    counters.delays.push(nowMicros() - sentAtMicros(packet, length))
  }
  const peers: Peer[] = []
  const streams: AvatarStream[] = []
  const ticking = setInterval(() => {
    for (const { client } of peers) client.tick()
  }, TICK_MS)
  try {
    const jobs = Array.from({ length: publishers }, (_, stream) => async () => {
      const publisher = await connect(target, { dtls, host, kind: 'publish', stream })
      peers.push(publisher)
      streams.push(new AvatarStream(publisher.client, stream))
      for (let count = 0; count < playersPerPublisher; count += 1) {
        peers.push(await connect(target, { dtls, host, kind: 'play', stream, onRtp }))
      }
    })
    await inTurns(jobs, CONNECTING_AT_ONCE)
    return await measure(target, { streams, counters, windowMs, idleBytes, playersPerPublisher })
  } finally {
    clearInterval(ticking)
    for (const { client, port } of peers) {
      client.close()
      port.close()
    }
    dtls.close()
  }
}

interface ConnectOptions {
  dtls: DtlsContext
  host: string
  kind: 'publish' | 'play'
  stream: number
  onRtp?: (packet: Uint8Array, length: number) => void
}

/** A handshake on a busy machine may fail: then with another client. */
async function connect(target: MediaTarget, options: ConnectOptions): Promise<Peer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tryToConnect(target, options)
    } catch (error) {
      if (attempt === CONNECT_ATTEMPTS) throw error
    }
  }
}

async function tryToConnect(target: MediaTarget, options: ConnectOptions): Promise<Peer> {
  const { dtls, host, kind, stream, onRtp } = options
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const client = new MediaClient({
    dtls,
    media: {
      direction: kind === 'publish' ? 'sendonly' : 'recvonly',
      codec: 'VP8',
      ...AvatarStream.ssrcs(stream),
    },
    ...(onRtp ? { onRtp } : {}),
    onConnected: resolve,
    onEnded: (reason) => reject(new Error(`a ${kind} session ended: ${reason}`)),
  })
  const ip = parseIp(host)
  if (ip === undefined) throw new TypeError(`"${host}" is not an IP address`)
  const port = await bunDatagrams.bind({
    ip,
    port: 0,
    onDatagram: (payload, from) => client.receive(payload, from),
  })
  client.setPort(port)
  const timer = setTimeout(() => reject(new Error('no handshake')), CONNECT_TIMEOUT_MS)
  const ticking = setInterval(() => client.tick(), TICK_MS)
  try {
    await target.connect(client, { kind, stream })
    await promise
  } catch (error) {
    client.close()
    port.close()
    throw error
  } finally {
    clearTimeout(timer)
    clearInterval(ticking)
  }
  return { client, port }
}

async function measure(
  target: MediaTarget,
  stage: {
    streams: readonly AvatarStream[]
    counters: { received: number; isCounting: boolean; delays: number[] }
    windowMs: number
    idleBytes: number
    playersPerPublisher: number
  },
): Promise<LoadResult> {
  const { streams, counters, windowMs, idleBytes, playersPerPublisher } = stage
  const sender = startSending(streams)
  try {
    await Bun.sleep(WARM_UP_MS)
    const [sentBefore, cpuBefore, startedAt] = [sender.sent, readCpuMicros(target.pid), nowMicros()]
    counters.isCounting = true
    await Bun.sleep(windowMs)
    counters.isCounting = false
    const seconds = (nowMicros() - startedAt) / 1_000_000
    const cpu = readCpuMicros(target.pid) - cpuBefore
    const expected = (sender.sent - sentBefore) * playersPerPublisher
    const delays = counters.delays.toSorted((a, b) => a - b)
    return {
      forwardedPerSecond: counters.received / seconds,
      microsPerPacket: cpu / counters.received,
      kilobytesPerStream: (readRssBytes(target.pid) - idleBytes) / streams.length / 1000,
      lossPercent: Math.max(0, (1 - counters.received / expected) * 100),
      delayP50Micros: quantile(delays, 0.5),
      delayP99Micros: quantile(delays, 0.99),
    }
  } finally {
    sender.stop()
  }
}

/** Each stream sends 100 packets per second, and not all of them at once. */
function startSending(streams: readonly AvatarStream[]): { readonly sent: number; stop(): void } {
  const perMs = (streams.length * AvatarStream.packetsPerSecond) / 1000
  const startedAt = performance.now()
  let sent = 0
  const timer = setInterval(() => {
    const due = Math.floor((performance.now() - startedAt) * perMs)
    // After a pause of this process what is overdue is not sent all at once.
    if (due - sent > perMs * 50) sent = due - Math.ceil(perMs * 50)
    for (; sent < due; sent += 1) streams[sent % streams.length]?.send(nowMicros())
  }, 1)
  return {
    get sent() {
      return streams.reduce((sum, { packets }) => sum + packets, 0)
    },
    stop: () => clearInterval(timer),
  }
}

async function inTurns(jobs: readonly (() => Promise<void>)[], atOnce: number): Promise<void> {
  const waiting = [...jobs]
  const work = async (): Promise<void> => {
    for (let job = waiting.shift(); job; job = waiting.shift()) await job()
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}

function nowMicros(): number {
  return Math.floor(performance.now() * 1000)
}
