import { afterAll, afterEach, expect, test } from 'bun:test'
import { FakeClock, systemClock } from '@duet/base'
import { createTurnServer, usersAuthenticator } from '@duet/turn'
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCertificate } from './front/make-certificate.ts'
import { webChecks } from './ops/doctor/checks/web-checks.ts'
import { FAULTS, type FaultCode } from './ops/doctor/faults.ts'
import { runChecks } from './ops/doctor/run-checks.ts'
import { readTarget } from './ops/doctor/target.ts'
import { Visit } from './ops/doctor/visit.ts'
import { appeared, examine, freePort, type Told } from './ops/doctor/testing/examine.ts'
import { fakeDuet, type FakeDuetOptions } from './ops/doctor/testing/fake-duet.ts'
import { runToEnd, spawnServer, type SpawnedServer } from './spawn-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'duet-doctor-'))
const closing: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})
afterAll(() => rmSync(folder, { recursive: true }))

function faultsIn(told: Map<string, Told>): string[] {
  return [...told.values()].flatMap(({ fault }) => fault ?? [])
}

async function fake(options: FakeDuetOptions): Promise<Map<string, Told>> {
  const server = fakeDuet(options)
  closing.push(server.close)
  return examine(server.origin)
}

/** Flags of a server on free ports, as both it and the doctor get them. */
async function ownFlags(name: string): Promise<string[]> {
  const ports = await Promise.all(Array.from({ length: 4 }, freePort))
  const [http, https, turn, media] = ports.map(String) as [string, string, string, string]
  const flags = { http, https, 'turn-port': turn, 'media-port': media, 'turns-port': 'off' }
  const written = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value])
  return [...written, '--srs-api-port', 'off', '--srs-port', 'off', '--data', join(folder, name)]
}

async function start(flags: string[]): Promise<SpawnedServer> {
  const data = flags[flags.indexOf('--data') + 1]
  const rest = flags.filter((_, index) => index < flags.indexOf('--data'))
  const server = await spawnServer([...rest, '--stun-servers', 'off'], undefined, data)
  closing.push(() => server.stop())
  return server
}

test('a server that is well is told to be so, from its own machine and by its address', async () => {
  const flags = await ownFlags('well')
  const server = await start(flags)
  const own = await examine(undefined, { args: flags })
  expect(faultsIn(own)).toEqual([])
  const tried = [...own.values()].filter(({ outcome }) => outcome === 'ok').map(({ id }) => id)
  expect(tried.filter((id) => !id.startsWith('ipv'))).toEqual(
    'web certificate clock websocket websocket-size proxy stun turn-udp turn-tcp relay-ports media disk local-clock ffmpeg database'.split(
      ' ',
    ),
  )
  const { code, output, errors } = await runToEnd(['doctor', server.origin('https')])
  // Its certificate is its own, which the one who only has the address can’t know to be right.
  expect([code, errors]).toEqual([1, ''])
  expect(output).toContain('fails   Certificate')
  expect(output).toContain('1 of 14 checks fails')
  appeared.add('certificate-untrusted')
}, 60_000)

test('one that does not run is told so, and one whose port is taken', async () => {
  const flags = await ownFlags('none')
  expect((await examine(undefined, { args: flags })).get('web')?.fault).toBe('not-running')
  const port = Number(flags[flags.indexOf('--https') + 1])
  const other = Bun.listen({
    hostname: '0.0.0.0',
    port,
    socket: { data() {}, open: (s) => void s.end() },
  })
  closing.push(() => other.stop(true))
  expect((await examine(undefined, { args: flags })).get('web')?.fault).toBe('port-taken')
})

test('what is no Duet, and what is nothing', async () => {
  const told = await fake({ respond: () => new Response('It works!') })
  expect(told.get('web')?.fault).toBe('not-duet')
  const closed = await examine(`http://127.0.0.1:${await freePort()}`)
  expect(closed.get('web')?.fault).toBe('web-closed')
  const nowhere = await examine('https://no-such-name.invalid')
  expect(nowhere.get('web')?.fault).toBe('name-unknown')
  const plain = fakeDuet()
  closing.push(plain.close)
  const secured = await examine(plain.origin.replace('http:', 'https:'))
  expect(secured.get('certificate')?.fault).toBe('tls-failed')
})

test('proxies that change what they pass on', async () => {
  const facts = { host: 'backend:8080' }
  expect((await fake({ facts })).get('proxy')?.fault).toBe('proxy-changes-host')
  const tls = await makeCertificate(['127.0.0.1'], Date.now())
  expect((await fake({ tls, facts: { isSecure: false } })).get('proxy')?.fault).toBe(
    'proxy-hides-https',
  )
})

test('WebSockets that do not open, are silent, or break', async () => {
  const none = await fake({ socket: 'none' })
  expect(none.get('websocket')).toMatchObject({ fault: 'socket-no-upgrade' })
  expect(none.get('websocket')?.wrong).toContain('HTTP 200')
  expect(none.get('turn-udp')?.outcome).toBe('untried')
  expect((await fake({ socket: 'silent' })).get('websocket')?.fault).toBe('socket-silent')
  expect((await fake({ socket: 'short' })).get('websocket-size')?.fault).toBe('socket-small')
}, 40_000)

test.skipIf(!Bun.which('nginx'))('nginx that passes on no upgrade', async () => {
  const server = fakeDuet()
  const port = await freePort()
  const place = mkdtempSync(join(folder, 'nginx-'))
  writeFileSync(
    join(place, 'nginx.conf'),
    `daemon off; pid ${place}/pid; error_log ${place}/error.log; events {}
     http { access_log off; client_body_temp_path ${place}/b; proxy_temp_path ${place}/p;
       fastcgi_temp_path ${place}/f; uwsgi_temp_path ${place}/u; scgi_temp_path ${place}/s;
       server { listen 127.0.0.1:${port}; location / {
         proxy_pass ${server.origin}; proxy_set_header Host $http_host; } } }`,
  )
  const nginx = Bun.spawn(['nginx', '-p', place, '-c', join(place, 'nginx.conf')], {
    stdio: ['ignore', 'ignore', 'ignore'],
  })
  closing.push(() => nginx.kill('SIGQUIT'), server.close)
  const origin = `http://127.0.0.1:${port}`
  while (!(await fetch(origin).catch(() => undefined))) await Bun.sleep(20)
  const told = await examine(origin)
  expect(told.get('web')?.outcome).toBe('ok')
  expect(told.get('websocket')?.fault).toBe('socket-no-upgrade')
})

test('clocks that differ, and files from the future', async () => {
  const server = fakeDuet()
  closing.push(server.close)
  const clock = new FakeClock(Date.now() - 3_600_000)
  const asked = examine(server.origin, { clock })
  expect((await asked).get('clock')).toMatchObject({ fault: 'clock-differs' })
  const flags = await ownFlags('future')
  const data = join(folder, 'future')
  mkdirSync(data)
  writeFileSync(join(data, 'secret'), '')
  const later = Date.now() / 1000 + 7200
  utimesSync(join(data, 'secret'), later, later)
  const told = await examine(undefined, { args: flags })
  expect(told.get('local-clock')?.fault).toBe('clock-behind')
})

test('a name of which one address leads nowhere', async () => {
  const four = fakeDuet()
  const six = fakeDuet({ hostname: '::1' })
  closing.push(four.close, six.close)
  expect(await familiesAt(four.port)).toEqual(['ok', 'ipv6-unreachable'])
  expect(await familiesAt(six.port)).toEqual(['ipv4-unreachable', 'ok'])
})

/** What is told of a name that has both addresses of loopback. */
async function familiesAt(port: number): Promise<string[]> {
  const target = readTarget(`http://localhost:${port}`)
  if (!target) throw new Error('no target')
  const visit = new Visit(target, systemClock)
  visit.addresses = () =>
    Promise.resolve([
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ])
  const results = await runChecks(webChecks(visit).slice(1), { clock: systemClock })
  return results.map(({ verdict }) => {
    if (verdict.kind !== 'fails') return verdict.kind
    appeared.add(verdict.fault)
    return verdict.fault
  })
}

const at = (port: number) => `127.0.0.1:${port}`

test('relays that are not there, refuse, or have no trusted certificate', async () => {
  expect((await fake({})).get('turn-udp')?.fault).toBe('no-relay')
  const [udp, tcp, tls] = await Promise.all([freePort(), freePort(), freePort()])
  const login = { username: 'ann', credential: 'secret' }
  const closed = await fake({
    iceServers: [
      { urls: [`stun:${at(udp)}`] },
      {
        urls: [`turn:${at(udp)}`, `turn:${at(tcp)}?transport=tcp`, `turns:${at(tls)}`],
        ...login,
      },
    ],
  })
  expect(['stun', 'turn-udp', 'turn-tcp', 'turn-tls'].map((id) => closed.get(id)?.fault)).toEqual([
    'stun-closed',
    'turn-udp-closed',
    'turn-tcp-closed',
    'turn-tls-closed',
  ])
  const certificate = await makeCertificate(['127.0.0.1'], Date.now())
  const turn = await createTurnServer({
    udp: [{ host: '127.0.0.1', port: 0 }],
    tls: [{ host: '127.0.0.1', port: 0 }],
    certificate,
    authenticate: usersAuthenticator(new Map([['ann', 'another secret']])),
  })
  closing.push(() => turn.close())
  const [own, secure] = turn.listeners.map(({ port }) => port) as [number, number]
  const told = await fake({
    iceServers: [{ urls: [`turn:${at(own)}`, `turns:${at(secure)}`], ...login }],
  })
  expect(told.get('turn-udp')).toMatchObject({ fault: 'turn-refused' })
  expect(told.get('turn-udp')?.wrong).toContain('401')
  expect(told.get('turn-tls')?.fault).toBe('turn-certificate')
}, 60_000)

test('a relay through which nothing passes', async () => {
  const turn = await createTurnServer({
    udp: [{ host: '127.0.0.1', port: 0 }],
    relay: { addresses: [{ bind: '127.0.0.1' }] },
    authenticate: usersAuthenticator(new Map([['ann', 'secret']])),
  })
  closing.push(() => turn.close())
  const [{ port } = { port: 0 }] = turn.listeners
  const login = { username: 'ann', credential: 'secret' }
  const well = await fake({ iceServers: [{ urls: [`turn:${at(port)}`], ...login }] })
  expect(well.get('turn-udp')?.outcome).toBe('ok')
  const deaf = await withoutIndications(port)
  const told = await fake({ iceServers: [{ urls: [`turn:${at(deaf)}`], ...login }] })
  expect(told.get('turn-udp')?.fault).toBe('turn-no-packets')
}, 30_000)

/** A port that passes everything on to a TURN server but Send indications (RFC 8656 §11.1). */
async function withoutIndications(port: number): Promise<number> {
  const servers = new Map<number, Bun.udp.ConnectedSocket<'buffer'>>()
  const front = await Bun.udpSocket({
    hostname: '127.0.0.1',
    socket: {
      async data(socket, bytes, from) {
        if (bytes.readUInt16BE(0) === 0x0016) return
        const known = servers.get(from)
        if (known) return void known.send(bytes)
        const copy = Buffer.from(bytes)
        const back = await Bun.udpSocket({
          connect: { hostname: '127.0.0.1', port },
          socket: { data: (_, answer) => void socket.send(answer, from, '127.0.0.1') },
        })
        servers.set(from, back)
        back.send(copy)
      },
    },
  })
  closing.push(() => {
    front.close()
    for (const back of servers.values()) back.close()
  })
  return front.port
}

test('media servers that refuse, or do not answer', async () => {
  const refused = await fake({
    whip: () => Response.json({ detail: 'as it likes' }, { status: 403 }),
  })
  expect(refused.get('media')).toMatchObject({ fault: 'media-refused' })
  expect(refused.get('media')?.wrong).toContain('HTTP 403: as it likes')
  const sdp = [
    'v=0',
    'a=ice-ufrag:abcd',
    `a=ice-pwd:${'p'.repeat(24)}`,
    'a=candidate:1 1 udp 1 127.0.0.1 9 typ host',
    '',
  ].join('\r\n')
  const silent = await fake({
    whip: (request) =>
      request.method === 'DELETE' ? new Response() : new Response(sdp, { status: 201 }),
  })
  expect(silent.get('media')?.fault).toBe('media-closed')
  expect((await fake({ facts: { mediaPort: null } })).get('media')?.outcome).toBe('untried')
  expect((await fake({ facts: { mayTryMedia: false } })).get('media')?.outcome).toBe('untried')
}, 30_000)

test('certificates that ended, and files that are none', async () => {
  const flags = await ownFlags('certificates')
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const old = await makeCertificate(['localhost'], Date.now() - 500 * 86_400_000)
  writeFileSync(cert, old.cert)
  writeFileSync(key, old.key)
  const given = [...flags, '--tls-cert', cert, '--tls-key', key]
  const ended = await examine(undefined, { args: given })
  expect(ended.get('certificate-files')?.fault).toBe('certificate-expired')
  writeFileSync(key, (await makeCertificate(['localhost'], Date.now())).key)
  const wrong = await examine(undefined, { args: given })
  expect(wrong.get('certificate-files')?.fault).toBe('certificate-files')
})

test('no ffmpeg, no place for data, and databases that are down or damaged', async () => {
  const flags = await ownFlags('local')
  const data = join(folder, 'local')
  mkdirSync(data)
  writeFileSync(join(data, 'duet.sqlite'), 'this is no database, and never was one. '.repeat(200))
  const told = await examine(undefined, { args: [...flags, '--ffmpeg', '/no/such/ffmpeg'] })
  expect(told.get('ffmpeg')?.fault).toBe('no-ffmpeg')
  expect(told.get('database')?.fault).toBe('database-damaged')
  const url = `postgres://duet:secret@127.0.0.1:${await freePort()}/duet`
  const nowhere = flags.with(flags.indexOf('--data') + 1, '/proc/nowhere')
  const down = await examine(undefined, { args: [...nowhere, '--database', url] })
  expect(down.get('database')?.fault).toBe('database-failed')
  expect(down.get('database')?.wrong).not.toContain('secret')
  expect(down.get('disk')?.fault).toBe('data-not-writable')
})

const isRoot = process.getuid?.() === 0
test.skipIf(!isRoot)('a full disk', async () => {
  const disk = mkdtempSync(join(folder, 'disk-'))
  await Bun.$`mount -t tmpfs -o size=4m tmpfs ${disk}`
  closing.push(() => Bun.$`umount -l ${disk}`)
  const flags = [...(await ownFlags('x')).slice(0, -1), disk]
  expect((await examine(undefined, { args: flags })).get('disk')?.fault).toBe('disk-full')
})

test('the command says what it can’t do', async () => {
  const bad = await runToEnd(['doctor', '--https', '0', '--http', '0'])
  expect([bad.code, bad.errors]).toEqual([
    1,
    'duet: --https 0 takes any free port: give the address that the start printed\n',
  ])
  const ftp = await runToEnd(['doctor', 'ftp://duet.example'])
  expect([ftp.code, ftp.output]).toEqual([1, ''])
})

/**
 * Told in faults.test.ts from what was found, or made in doctor-addresses.integration.test.ts at
 * several addresses, and in e2e/doctor.test.ts in networks of their own.
 */
const ELSEWHERE: FaultCode[] = [
  ...(['certificate-chain', 'certificate-early', 'certificate-ends-soon'] as const),
  ...(['certificate-name', 'public-address-differs', 'no-answer-in-time', 'check-broke'] as const),
  'proxy-hides-clients',
  ...(['turn-private-address', 'relay-ports-closed'] as const),
  ...(['media-private-address', 'media-address-silent'] as const),
  ...(['ice-ipv4-closed', 'ice-ipv6-closed'] as const),
]

test('every fault appeared here, but for those that need other networks', () => {
  const missing = Object.keys(FAULTS).filter((code) => !appeared.has(code))
  expect(missing.toSorted()).toEqual(ELSEWHERE.toSorted())
})
