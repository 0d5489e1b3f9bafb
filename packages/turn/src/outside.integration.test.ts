import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { restAuthenticator } from './rest-credentials.ts'
import { makeCertificate } from './testing/certificate.ts'
import { createTurnServer, type TurnServer } from './turn-server.ts'

const TOOLS = ['turnutils_uclient', 'turnutils_peer', 'turnutils_stunclient']
const missing = TOOLS.filter((tool) => Bun.which(tool) === null)
const title =
  missing.length === 0
    ? "coturn's tools against this server"
    : `coturn's tools against this server: skipped, ${missing.join(', ')} not found (Debian: coturn)`
const HOST = '127.0.0.1'
const ANY = [{ host: HOST, port: 0 }]

describe.skipIf(missing.length > 0)(title, () => {
  let server: TurnServer
  let peer: Bun.Subprocess
  let peerPort = 0

  beforeAll(async () => {
    const probe = await Bun.udpSocket({ hostname: HOST })
    peerPort = probe.port
    probe.close()
    peer = Bun.spawn(['turnutils_peer', '-L', HOST, '-p', String(peerPort)], {
      stdout: 'ignore',
      stderr: 'ignore',
    })
    server = await createTurnServer({
      udp: ANY,
      tcp: ANY,
      tls: ANY,
      certificate: makeCertificate(),
      relay: { addresses: [{ bind: HOST }] },
      peers: { allow: ['127.0.0.0/8'] },
      // The tool takes the last one: both hold at once.
      authenticate: restAuthenticator({ secrets: ['NEXT', 'SECRET'], now: Date.now }),
      legacyChannels: true,
      limits: { allocationsPerUser: 400 },
    })
  })

  afterAll(async () => {
    peer.kill()
    await server.close()
  })

  const portOf = (transport: string): string =>
    String(server.listeners.find((listener) => listener.transport === transport)?.port)
  const run = async (command: string[]): Promise<string> => {
    const child = Bun.spawn(command, { stdout: 'pipe', stderr: 'pipe' })
    const texts = [new Response(child.stdout).text(), new Response(child.stderr).text()]
    return (await Promise.all(texts)).join('')
  }

  test.concurrent('TU12 turnutils_stunclient is told its address', async () => {
    const output = await run(['turnutils_stunclient', '-p', portOf('udp'), HOST])
    expect(output).toMatch(/UDP reflexive addr: 127\.0\.0\.1:\d+/)
  })

  test.concurrent.each([
    ['channels over UDP', 'udp', []],
    ['indications over UDP', 'udp', ['-c', '-s']],
    ['packets of 1000 bytes, padded', 'udp', ['-c', '-D', '-l', '1000']],
    ['channels over TCP', 'tcp', ['-t']],
    ['indications over TCP', 'tcp', ['-t', '-c', '-s']],
    ['channels over TLS', 'tls', ['-t', '-S']],
    ['indications over TLS', 'tls', ['-t', '-S', '-c', '-s']],
    ['relay to relay', 'udp', ['-y', '-c', '-m', '2']],
    ['relay to relay by indications', 'udp', ['-y', '-c', '-s', '-m', '2']],
    ['relay to relay over TCP', 'tcp', ['-t', '-y', '-c', '-m', '2']],
  ])(
    'TU69 TU70 TU71 turnutils_uclient loses nothing: %s',
    async (_name, transport, flags) => {
      const login = ['-u', 'user', '-W', 'SECRET', '-e', HOST, '-r', String(peerPort)]
      const port = ['-p', portOf(transport), '-n', '5']
      const output = await run(['turnutils_uclient', ...login, ...port, ...flags, HOST])
      const lost = /Total lost packets (\d+)/.exec(output)?.[1]
      expect(lost === undefined ? output : lost).toBe('0')
      const [, sent, received] =
        [...output.matchAll(/tot_send_msgs=(\d+), tot_recv_msgs=(\d+)/g)].at(-1) ?? []
      expect(Number(sent)).toBeGreaterThanOrEqual(5)
      expect(received).toBe(sent)
    },
    30_000,
  )
})
