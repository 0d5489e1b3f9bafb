import { join } from 'node:path'
import { bunDatagrams, destinationOf, type DatagramPort, type Destination } from '@duet/datagrams'
import { createSrtpTransform } from '@duet/media'
import { joinAddress, parseIp, type IpAddress } from '@duet/stun'
import { readRssBytes } from '../signal/process-usage.ts'
import { AvatarStream, type PacketSender } from './avatar-stream.ts'
import { BARE_KEYS } from './bare-keys.ts'
import type { LoadShape } from './load.ts'
import { Arrivals, measureSending, type LoadResult, type Windows } from './sending.ts'

const ENTRY = join(import.meta.dir, 'bare-server.ts')

/**
 * As many streams of the same packets through a process that only receives, decrypts, encrypts and
 * sends back: what a packet takes at least, by which machines compare.
 */
export async function measureBare(
  { publishers, playersPerPublisher }: LoadShape,
  { core, host, windowMs, warmUpMs }: Windows & { core: number; host: string },
): Promise<LoadResult> {
  const ip = parseIp(host)
  if (ip === undefined) throw new TypeError(`"${host}" is not an IP address`)
  const started = Promise.withResolvers<number>()
  const child = Bun.spawn(['taskset', '-c', String(core), process.execPath, ENTRY, host], {
    stdio: ['ignore', 'inherit', 'inherit'],
    ipc: started.resolve,
  })
  const { pid } = child
  const clients: BareClient[] = []
  const arrivals = new Arrivals()
  try {
    const server = destinationOf(joinAddress(ip, await started.promise))
    const idleBytes = readRssBytes(pid)
    for (let count = 0; count < publishers; count += 1) {
      clients.push(await BareClient.open({ ip, server, arrivals }))
    }
    const streams = clients.map((client, index) => new AvatarStream(client, index))
    return await measureSending({
      pid,
      streams,
      arrivals,
      windowMs,
      warmUpMs,
      idleBytes,
      playersPerPublisher,
    })
  } finally {
    for (const client of clients) client.close()
    child.kill('SIGKILL')
    await child.exited
  }
}

/** Encrypts what it sends, and decrypts what comes back. */
class BareClient implements PacketSender {
  readonly scratch = new Uint8Array(2048)
  readonly #received = new Uint8Array(2048)
  readonly #transform = createSrtpTransform(BARE_KEYS.client)
  readonly #server: Destination
  #port: DatagramPort | undefined

  private constructor(server: Destination) {
    this.#server = server
  }

  static async open(options: {
    ip: IpAddress
    server: Destination
    arrivals: Arrivals
  }): Promise<BareClient> {
    const client = new BareClient(options.server)
    client.#port = await bunDatagrams.bind({
      ip: options.ip,
      port: 0,
      onDatagram(payload) {
        client.#received.set(payload)
        const length = client.#transform.unprotectRtp(client.#received, payload.length)
        if (length > 0) options.arrivals.add(client.#received, length)
      },
    })
    return client
  }

  sendRtp(length: number): void {
    const protectedLength = this.#transform.protectRtp(this.scratch, length)
    this.#port?.send(this.scratch.subarray(0, protectedLength), this.#server)
  }

  close(): void {
    this.#port?.close()
    this.#transform.close()
  }
}
