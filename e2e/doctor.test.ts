import { afterAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInternet, internetMissing, type Internet } from '../lab/internet.ts'
import type { Namespace } from '../lab/namespace-set.ts'
import type { NatKind } from '../lab/nat-kinds.ts'
import { startServer, type RunningServer } from './harness/server.ts'
import { waitUntil } from './harness/wait.ts'

const ENTRY = new URL('../apps/server/src/cli.ts', import.meta.url).pathname
const TIMEOUT_MS = 90_000

const missing = internetMissing()
if (missing) console.log(`Skipped: ${missing}`)

/** What a test opened, to be closed when it ends. */
class Opened {
  readonly #closing: (() => unknown)[] = []

  /** To be closed before what was opened earlier. */
  add(close: () => unknown): void {
    this.#closing.push(close)
  }

  internet(): Internet {
    const made = createInternet()
    this.add(() => made.close())
    return made
  }

  async serve(prefix: readonly string[], flags: string[]): Promise<RunningServer> {
    const server = await startServer({ prefix, flags: [...flags, '--stun-servers', 'off'] })
    this.add(() => server.close())
    return server
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const close of this.#closing.splice(0).toReversed()) await close()
  }
}

const folder = mkdtempSync(join(tmpdir(), 'duet-doctor-e2e-'))
afterAll(() => rmSync(folder, { recursive: true }))

interface Told {
  id: string
  outcome: string
  fault?: string
  detail?: string
  reason?: string
}

/** What `duet doctor` says on a machine. */
async function examine({ prefix }: Namespace, ...args: string[]): Promise<Map<string, Told>> {
  const command = [...prefix, process.execPath, ENTRY, 'doctor', ...args, '--json']
  const child = Bun.spawn(command, { stdout: 'pipe', stderr: 'pipe' })
  const [output, errors] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  if (output === '') throw new Error(errors)
  const { checks, isWell } = JSON.parse(output) as { checks: Told[]; isWell: boolean }
  expect(await child.exited).toBe(isWell ? 0 : 1)
  return new Map(checks.map((check) => [check.id, check]))
}

/** Its faults but one that all have here: a certificate of its own. */
function faultsIn(told: Map<string, Told>): string[] {
  return [...told.values()]
    .flatMap(({ fault }) => fault ?? [])
    .filter((fault) => fault !== 'certificate-untrusted')
}

/** All ports that the start names, as `8443/tcp` and `49160-49259/udp`. */
function portsOf(server: RunningServer): string[] {
  return [...server.output().matchAll(/([\d,-]+)\/(tcp|udp)/g)].flatMap(([, list = '', protocol]) =>
    list.split(',').map((port) => `${port}/${protocol}`),
  )
}

const RELAYS = '49160-49259/udp'

/** What is not as it should be with a server behind a router, and what is told. */
const FAILURES: [
  what: string,
  options: {
    publicIp?: (right: string, unused: string) => string
    isMapped?: (port: string, server: RunningServer) => boolean
  },
  faults: string[],
][] = [
  ['nothing', {}, []],
  [
    'relay ports that are not mapped',
    { isMapped: (port) => port !== RELAYS },
    ['relay-ports-closed'],
  ],
  [
    'a media port that is not mapped',
    { isMapped: (port, server) => port !== mediaPort(server) },
    ['media-closed'],
  ],
  [
    'a STUN and TURN port that is not mapped over UDP',
    { isMapped: (port, server) => port !== `${turnPort(server)}/udp` },
    ['stun-closed', 'turn-udp-closed'],
  ],
  [
    'a TURN port that is not mapped over TCP',
    { isMapped: (port, server) => port !== `${turnPort(server)}/tcp` },
    ['turn-tcp-closed'],
  ],
  [
    'no external address',
    { publicIp: () => 'off' },
    ['turn-private-address', 'turn-private-address', 'media-private-address'],
  ],
  [
    'a wrong external address',
    { publicIp: (_, unused) => unused },
    ['relay-ports-closed', 'media-closed'],
  ],
  ['no port that is mapped', { isMapped: () => false }, ['web-closed']],
]

function turnPort(server: RunningServer): string | undefined {
  return /\b(\d+),49160-49259/.exec(server.output())?.[1]
}

function mediaPort(server: RunningServer): string {
  return `${/UDP (\d+), \/whip/.exec(server.output())?.[1]}/udp`
}

describe.skipIf(missing !== undefined)('a server behind a router', () => {
  for (const [what, { publicIp, isMapped }, faults] of FAILURES) {
    test.concurrent(
      `with ${what}`,
      async () => {
        await using opened = new Opened()
        const net = opened.internet()
        const site = net.addServerSite({ nat: 'mapped' })
        const elsewhere = net.addHost('elsewhere')
        const address = publicIp?.(site.publicAddress, net.unusedAddress) ?? site.publicAddress
        const server = await opened.serve(site.prefix, ['--public-ip', address])
        site.setMappedPorts(portsOf(server).filter((port) => isMapped?.(port, server) ?? true))
        const url = `https://${site.publicAddress}:${new URL(server.https).port}`
        expect(faultsIn(await examine(elsewhere, url))).toEqual(faults)
      },
      TIMEOUT_MS,
    )
  }
})

test.concurrent.skipIf(missing !== undefined)(
  'a wrong external address is not hidden by a right one in its own network',
  async () => {
    await using opened = new Opened()
    const net = opened.internet()
    const site = net.addServerSite({ nat: 'mapped' })
    const server = await opened.serve(site.prefix, ['--public-ip', net.unusedAddress])
    const told = await examine(site, `https://${site.address}:${new URL(server.https).port}`)
    expect(faultsIn(told)).toEqual(['relay-ports-closed', 'media-address-silent'])
  },
  TIMEOUT_MS,
)

const nginxMissing = missing ?? (Bun.which('nginx') ? undefined : 'nginx is not installed.')

test.concurrent.skipIf(nginxMissing !== undefined)(
  'a proxy that tells nothing of its clients',
  async () => {
    await using opened = new Opened()
    const net = opened.internet()
    const host = net.addHost('server')
    const server = await opened.serve(host.prefix, [])
    const place = mkdtempSync(join(folder, 'nginx-'))
    writeFileSync(
      join(place, 'nginx.conf'),
      `daemon off; pid ${place}/pid; error_log ${place}/error.log; events {}
     http { access_log off; client_body_temp_path ${place}/b; proxy_temp_path ${place}/p;
       fastcgi_temp_path ${place}/f; uwsgi_temp_path ${place}/u; scgi_temp_path ${place}/s;
       server { listen ${host.address}:80; location / {
         proxy_pass ${server.http.replace('localhost', '127.0.0.1')};
         proxy_http_version 1.1; proxy_set_header Host $http_host;
         proxy_set_header X-Forwarded-Proto https;
         proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; } } }`,
    )
    const command = ['nginx', '-p', place, '-c', join(place, 'nginx.conf')]
    const nginx = Bun.spawn([...host.prefix, ...command], { stdio: ['ignore', 'ignore', 'ignore'] })
    opened.add(() => nginx.kill('SIGQUIT'))
    const elsewhere = net.addHost('elsewhere')
    const told = await waitUntil('nginx answers', async () => {
      const checks = await examine(elsewhere, `http://${host.address}`)
      return checks.get('web')?.outcome === 'ok' ? checks : undefined
    })
    expect(told && faultsIn(told)).toEqual(['proxy-hides-clients'])
  },
  TIMEOUT_MS,
)

/** How each kind of NAT maps and filters (RFC 4787 §4.1, §5). */
const NATS: [NatKind, mapping: string, filtering: string][] = [
  ['full-cone', 'endpoint-independent', 'endpoint-independent'],
  ['address-restricted', 'endpoint-independent', 'address-dependent'],
  ['port-restricted', 'endpoint-independent', 'address-and-port-dependent'],
  ['symmetric', 'address-and-port-dependent', 'address-and-port-dependent'],
]

describe.skipIf(missing !== undefined)('--nat (RFC 5780)', () => {
  test.concurrent(
    'asks a server of ours with two addresses',
    async () => {
      await using opened = new Opened()
      const net = opened.internet()
      const host = net.addHost('server', 2)
      const server = await opened.serve(host.prefix, [])
      const url = `https://${host.address}:${new URL(server.https).port}`
      await expectNats(net, ['--nat'], url)
    },
    TIMEOUT_MS,
  )

  const coturnMissing = Bun.which('turnserver') === null
  test.concurrent.skipIf(coturnMissing)(
    'asks coturn with two addresses',
    async () => {
      await using opened = new Opened()
      const net = opened.internet()
      const host = net.addHost('coturn', 2)
      const [one, other] = host.addresses
      const flags = `-n -L ${one} -L ${other} --no-auth --no-tls --no-dtls --log-file=stdout`
      const coturn = Bun.spawn([...host.prefix, 'turnserver', ...flags.split(' ')], {
        stdio: ['ignore', 'ignore', 'ignore'],
      })
      opened.add(() => coturn.kill())
      await expectNats(net, ['--nat', '--stun', `${one}:3478`])
    },
    TIMEOUT_MS,
  )

  test.concurrent(
    'says of a server with one address that it can’t tell',
    async () => {
      await using opened = new Opened()
      const net = opened.internet()
      const host = net.addHost('server')
      const server = await opened.serve(host.prefix, [])
      const url = `https://${host.address}:${new URL(server.https).port}`
      const told = await examine(net.addHost('elsewhere'), url, '--nat')
      expect(told.get('nat')).toMatchObject({ outcome: 'untried' })
      expect(told.get('nat')?.reason).toContain('no second address')
    },
    TIMEOUT_MS,
  )
})

async function expectNats(net: Internet, args: string[], url?: string): Promise<void> {
  const home = net.addHome('home', 'full-cone')
  for (const [kind, mapping, filtering] of NATS) {
    home.setKind(kind)
    const nat = await waitUntil(`the NAT is told, ${kind}`, async () => {
      const told = await examine(home, ...(url === undefined ? [] : [url]), ...args)
      const found = told.get('nat')
      return found?.outcome === 'ok' ? found : undefined
    })
    expect(nat?.detail).toContain(`seen as ${home.publicAddress}:`)
    expect(nat?.detail).toContain(`mapping ${mapping}:`)
    expect(nat?.detail).toContain(`filtering ${filtering}:`)
  }
}
