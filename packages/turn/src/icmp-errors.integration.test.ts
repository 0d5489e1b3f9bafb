import { afterEach, describe, expect, test } from 'bun:test'
import { networkInterfaces } from 'node:os'
import { addressOf, bunDatagrams } from '@duet/datagrams'
import { ATTRIBUTE, encodeFamily, formatAddress, type TransportAddress } from '@duet/stun'
import { makeCertificate } from './testing/certificate.ts'
import { connect, type SocketClient } from './testing/sockets.ts'
import { codeOf, UDP_TRANSPORT } from './testing/turn-client.ts'
import { createTurnServer, type TurnServer, type TurnServerOptions } from './turn-server.ts'

const hasIpv6 = Object.values(networkInterfaces()).some((list) =>
  list?.some(({ address }) => address === '::1'),
)
const HOSTS = { 4: '127.0.0.1', 6: '::1' } as const
/** Type, code and data for a closed port. */
const CLOSED = { 4: '3/3 0', 6: '1/4 0' } as const
const FAMILIES = hasIpv6 ? ([4, 6] as const) : ([4] as const)
const TRANSPORTS = ['udp', 'tcp', 'tls'] as const

const certificate = makeCertificate()
const opened: { close: () => unknown }[] = []

afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await Promise.resolve(each.close())
})

async function startServer(options: Partial<TurnServerOptions> = {}): Promise<TurnServer> {
  const loopback = [{ host: '127.0.0.1', port: 0 }]
  const server = await createTurnServer({
    udp: loopback,
    tcp: loopback,
    tls: loopback,
    certificate,
    relay: { addresses: FAMILIES.map((family) => ({ bind: HOSTS[family] })) },
    peers: { allow: ['127.0.0.0/8', '::1/128'] },
    users: new Map([['ann', 'secret']]),
    nonceKey: 'the same key everywhere',
    limits: { unauthenticatedAnswersPerSecond: Infinity },
    ...options,
  })
  opened.push(server)
  return server
}

async function allocate(
  server: TurnServer,
  transport: (typeof TRANSPORTS)[number],
  family: 4 | 6,
): Promise<SocketClient['client']> {
  const listener = server.listeners.find((each) => each.transport === transport)
  if (!listener) throw new Error(`there is no ${transport}`)
  const socket = await connect(listener)
  opened.push(socket)
  const asked = { type: ATTRIBUTE.requestedAddressFamily, value: encodeFamily(family) }
  await socket.client.allocate([UDP_TRANSPORT, asked])
  return socket.client
}

/** A peer that keeps what it hears, and an address where nobody is. */
async function openPeers(family: 4 | 6) {
  const heard: string[] = []
  const hostname = HOSTS[family]
  const live = await Bun.udpSocket({
    hostname,
    socket: { data: (_socket, bytes) => void heard.push(bytes.toString()) },
  })
  const gone = await Bun.udpSocket({ hostname })
  opened.push(live)
  const at = ({ port }: { port: number }): TransportAddress => addressOf(`[${hostname}]:${port}`)
  const closed = at(gone)
  gone.close()
  return { heard, live: at(live), closed }
}

describe.skipIf(process.platform !== 'linux')('an ICMP error of a real peer', () => {
  const cases = FAMILIES.flatMap((family) =>
    TRANSPORTS.map((transport) => [transport, family] as const),
  )

  test.each(cases)('TU73 is told to a client over %s, IPv%i', async (transport, family) => {
    const client = await allocate(await startServer(), transport, family)
    const { closed } = await openPeers(family)
    expect(codeOf(await client.permit(closed))).toBe(0)
    client.sendIndication(closed, 'is anybody there?')
    await client.until(() => client.icmpErrors.length > 0)
    expect(codeOf(await client.bind(0x4000, closed))).toBe(0)
    client.sendChannelData(0x4000, 'on a channel')
    await client.until(() => client.icmpErrors.length > 1)
    const error = `${formatAddress(closed)}: ${CLOSED[family]}`
    expect(client.icmpErrors).toEqual([error, error])
    expect(client.data).toEqual([])
  })

  test.each(FAMILIES)('TU73 costs nobody else a packet, IPv%i', async (family) => {
    const server = await startServer()
    const client = await allocate(server, 'udp', family)
    const { heard, live, closed } = await openPeers(family)
    await client.permit(live, closed)
    await client.bind(0x4000, live)
    await client.bind(0x4001, closed)
    for (let turn = 0; turn < 100; turn += 1) {
      for (let count = 0; count < 10; count += 1) {
        client.sendChannelData(0x4001, 'x'.repeat(10 + count))
        client.sendChannelData(0x4000, `${turn}/${count}`)
      }
      // What came before it was passed on.
      await client.refresh()
    }
    await client.until(() => client.icmpErrors.length > 0)
    while (heard.length < 1000) await Bun.sleep(1)
    const sent = Array.from({ length: 100 }, (_turns, turn) =>
      Array.from({ length: 10 }, (_counts, count) => `${turn}/${count}`),
    )
    expect(heard).toEqual(sent.flat())
    expect((await server.stats()).drops['peer-not-reachable']).toBeUndefined()
  })

  test('TU73 is told by every thread that relays', async () => {
    const server = await startServer({ workers: 2 })
    const { closed } = await openPeers(4)
    for (let number = 0; number < 14; number += 1) {
      const client = await allocate(server, number % 2 ? 'tcp' : 'udp', 4)
      await client.permit(closed)
      client.sendIndication(closed, 'is anybody there?')
      await client.until(() => client.icmpErrors.length > 0)
      expect(client.icmpErrors).toEqual([`${formatAddress(closed)}: 3/3 0`])
    }
  })

  test('TU73 is not told where Bun reads the sockets, and costs nothing there', async () => {
    const client = await allocate(await startServer({ datagrams: bunDatagrams }), 'udp', 4)
    const { heard, live, closed } = await openPeers(4)
    await client.permit(live, closed)
    client.sendIndication(closed, 'is anybody there?')
    client.sendIndication(live, 'and here?')
    while (heard.length === 0) await Bun.sleep(1)
    expect(codeOf(await client.refresh())).toBe(0)
    expect(client.icmpErrors).toEqual([])
  })
})
