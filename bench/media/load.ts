import { systemClock } from '@duet/base'
import { bunDatagrams, type DatagramPort } from '@duet/datagrams'
import { createLoadContext, MediaClient, type DtlsContext } from '@duet/media'
import { parseIp } from '@duet/stun'
import { readRssBytes } from '../signal/process-usage.ts'
import { AvatarStream } from './avatar-stream.ts'
import { Arrivals, measureSending, type LoadResult, type Windows } from './sending.ts'
import type { MediaTarget } from './target.ts'

export interface LoadShape {
  publishers: number
  playersPerPublisher: number
}

const TICK_MS = 50
const CONNECT_TIMEOUT_MS = 5_000
const CONNECT_ATTEMPTS = 4
/** Clients that shake hands at once. */
const CONNECTING_AT_ONCE = 20

interface Peer {
  client: MediaClient
  port: DatagramPort
}

/** Publishers and players that are connected to a server. */
export interface Load {
  /** Sends for a while, and says what it took. */
  measure(windows: Windows): Promise<LoadResult>
  close(): void
}

/** Connects them. */
export async function openLoad(
  target: MediaTarget,
  { publishers, playersPerPublisher }: LoadShape,
  host: string,
): Promise<Load> {
  const dtls = createLoadContext({ clock: systemClock })
  const { pid } = target
  const idleBytes = readRssBytes(pid)
  const arrivals = new Arrivals()
  const peers: Peer[] = []
  const streams: AvatarStream[] = []
  const ticking = setInterval(() => {
    for (const { client } of peers) client.tick()
  }, TICK_MS)
  const close = (): void => {
    clearInterval(ticking)
    for (const { client, port } of peers) {
      client.close()
      port.close()
    }
    dtls.close()
  }
  const jobs = Array.from({ length: publishers }, (_, stream) => async () => {
    const publisher = await connect(target, { dtls, host, kind: 'publish', stream })
    peers.push(publisher)
    streams.push(new AvatarStream(publisher.client, stream))
    for (let count = 0; count < playersPerPublisher; count += 1) {
      peers.push(await connect(target, { dtls, host, kind: 'play', stream, onRtp: arrivals.add }))
    }
  })
  try {
    await inTurns(jobs, CONNECTING_AT_ONCE)
  } catch (error) {
    close()
    throw error
  }
  const sending = { pid, streams, arrivals, idleBytes, playersPerPublisher }
  return { measure: (windows) => measureSending({ ...sending, ...windows }), close }
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

async function inTurns(jobs: readonly (() => Promise<void>)[], atOnce: number): Promise<void> {
  const waiting = [...jobs]
  const work = async (): Promise<void> => {
    for (let job = waiting.shift(); job; job = waiting.shift()) await job()
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}
