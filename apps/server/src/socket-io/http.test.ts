import { afterEach, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { createLogger, type LogRecord } from '@duet/base'
import type { FrontOptions } from '../front/front.ts'
import { makeCertificate } from '../front/make-certificate.ts'
import { opened } from '../front/testing.ts'
import { until } from '../testing/until.ts'
import { openSocketIoFixture, type SocketIoFixture } from './fixture.ts'
import { Hall } from './hall.ts'
import type { SocketIoLimits } from './limits.ts'
import { refuseSocketIo } from './off.ts'
import { Poller } from './poller.ts'
import { STAGE_LIMITS } from './stage.ts'

const HANDSHAKE = '/socket.io/?EIO=4&transport=polling'
const OTHER_ORIGIN = 'https://pages.example'
const NOTHING = { connections: 0, clients: 0, addresses: 0 }

let fixture: SocketIoFixture
let hall: Hall
const complaints: LogRecord[] = []

afterEach(async () => {
  await fixture.close()
  expect(complaints).toEqual([])
})

function open(
  limits: Partial<SocketIoLimits> = {},
  front: Partial<FrontOptions> = {},
): SocketIoFixture {
  hall = new Hall()
  fixture = openSocketIoFixture({
    dialects: [hall],
    logger: createLogger('info', (record) => complaints.push(record)),
    limits: { ...STAGE_LIMITS, ...limits },
    front,
  })
  return fixture
}

test.each(['/socket.io/', '/socket.io'])('RM1 sessions begin at %s', async (path) => {
  const { origin } = open()
  const answer = await fetch(`${origin}${path}?EIO=4&transport=polling`)
  expect(answer.status).toBe(200)
  const text = await answer.text()
  expect(JSON.parse(text.slice(1))).toMatchObject({
    upgrades: ['websocket'],
    pingInterval: 5_000,
    pingTimeout: 5_000,
    maxPayload: 1_000_000,
  })
})

test('RM1 old browsers poll by script tags', async () => {
  const { origin } = open()
  const answer = await fetch(`${origin}/socket.io/?EIO=3&transport=polling&j=7`)
  expect(await answer.text()).toStartWith('___eio[7]("')
})

test('RM2 pages of any origin are let in, with cookies', async () => {
  const { origin } = open()
  for (const path of [HANDSHAKE, '/socket.io/socket.io.js', '/socket.io/?EIO=4&transport=no']) {
    const { headers } = await fetch(origin + path, { headers: { origin: OTHER_ORIGIN } })
    expect(headers.get('access-control-allow-origin')).toBe(OTHER_ORIGIN)
    expect(headers.get('access-control-allow-credentials')).toBe('true')
    expect(headers.get('vary')).toContain('origin')
  }
  const { headers } = await fetch(origin + HANDSHAKE)
  expect(headers.get('access-control-allow-origin')).toBeNull()
})

test('RM2 a preflight is answered', async () => {
  const { origin } = open()
  const { status, headers } = await fetch(origin + HANDSHAKE, {
    method: 'OPTIONS',
    headers: {
      origin: OTHER_ORIGIN,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    },
  })
  expect(status).toBe(204)
  expect(headers.get('access-control-allow-origin')).toBe(OTHER_ORIGIN)
  expect(headers.get('access-control-allow-credentials')).toBe('true')
  expect(headers.get('access-control-allow-methods')).toContain('POST')
  expect(headers.get('access-control-allow-headers')).toBe('content-type')
})

test.each(['socket.io.js', 'socket.io.min.js', 'socket.io.esm.min.js', 'socket.io.msgpack.min.js'])(
  'RM3 %s is served, with its map',
  async (name) => {
    const { origin } = open()
    const url = `${origin}/socket.io/${name}`
    const script = await fetch(`${url}?v=1`)
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(script.headers.get('content-encoding')).toBe('gzip')
    expect(await script.text()).toStartWith('/*!\n * Socket.IO v4.')
    const etag = script.headers.get('etag') ?? ''
    expect((await fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(304)
    expect((await fetch(url, { headers: { 'if-none-match': '"other"' } })).status).toBe(200)
    const map = await fetch(`${url}.map`, { headers: { 'accept-encoding': 'identity' } })
    expect(map.headers.get('content-type')).toBe('application/json')
    expect(map.headers.get('content-encoding')).toBeNull()
    expect(await map.json()).toMatchObject({ version: 3 })
  },
)

test('RM3 what only begins like it belongs to others', async () => {
  const { origin } = open()
  expect(await (await fetch(`${origin}/socket.io.js`)).text()).toBe('page')
})

test.each(['/socket.io/socket.io.css', '/socket.io/x'])(
  'RM3 there is nothing at %s',
  async (path) => {
    const { origin } = open()
    expect((await fetch(origin + path)).status).toBe(404)
  },
)

test('RM10 a tab that is closed while it polls is gone at once', async () => {
  const { origin, server } = open()
  const poller = await Poller.open(origin)
  expect(server.load.clients).toBe(1)
  const tab = new AbortController()
  const polling = poller.poll({ signal: tab.signal }).catch(() => 'aborted')
  await until(() => fixture.pending === 1)
  const startedAt = performance.now()
  tab.abort()
  expect(await polling).toBe('aborted')
  await until(() => server.load.clients === 0)
  expect(performance.now() - startedAt).toBeLessThan(2_000)
  expect(server.load).toEqual(NOTHING)
})

test('RM16 two polls at once end the session', async () => {
  const { origin, server } = open()
  const poller = await Poller.open(origin)
  const first = poller.poll()
  await until(() => fixture.pending === 1)
  await poller.poll()
  await first
  await until(() => server.load.connections === 0)
  expect(server.load).toEqual(NOTHING)
})

test('RM16 a body that is cut off ends the session', async () => {
  const { origin, server } = open()
  const text = await (await fetch(origin + HANDSHAKE)).text()
  const { sid } = JSON.parse(text.slice(1)) as { sid: string }
  const socket = connect(Number(new URL(origin).port), '127.0.0.1', () => {
    const head = [`POST ${HANDSHAKE}&sid=${sid} HTTP/1.1`, 'host: x', 'content-length: 9']
    socket.write(`${head.join('\r\n')}\r\n\r\n40`)
  })
  await until(() => fixture.pending === 1)
  socket.destroy()
  await until(() => server.load.connections === 0)
  expect(server.load).toEqual(NOTHING)
})

test.each([
  ['an unknown session', `${HANDSHAKE}&sid=nobody`, 'GET'],
  ['an unknown transport', '/socket.io/?EIO=4&transport=pigeon', 'GET'],
  ['no transport', '/socket.io/', 'GET'],
  ['a WebSocket without an upgrade', '/socket.io/?EIO=4&transport=websocket', 'GET'],
  ['a session begun by POST', HANDSHAKE, 'POST'],
  ['a session begun by DELETE', HANDSHAKE, 'DELETE'],
])('RM16 %s is refused and not counted', async (_, path, method) => {
  const { origin, server } = open()
  const answer = await fetch(origin + path, { method, ...(method === 'POST' ? { body: 'x' } : {}) })
  expect(answer.status).toBe(400)
  expect(server.load).toEqual(NOTHING)
})

test('RM16 bodies of any content end the session, not the server', async () => {
  const { origin, server } = open()
  const bodies = ['', 'x', '42', '\u001e', '42["join","a"]\u001e\u001e4', '{}', '4', '1', '\u0000']
  for (const version of [3, 4]) {
    for (const body of [...bodies, ...bodies.map((text) => new TextEncoder().encode(text))]) {
      const url = `${origin}/socket.io/?EIO=${version}&transport=polling`
      const sid = /"sid":"([^"]+)"/.exec(await (await fetch(url)).text())?.[1]
      const answer = await fetch(`${url}&sid=${sid}`, {
        method: 'POST',
        body,
        headers: typeof body === 'string' ? {} : { 'content-type': 'application/octet-stream' },
      })
      expect([200, 400]).toContain(answer.status)
    }
  }
  const poller = await Poller.open(origin)
  expect(await poller.say('echo', 'lake')).toBe(200)
  await server.close()
  expect(server.load).toEqual(NOTHING)
})

test('RM17 a longer body than 1 MB is refused', async () => {
  const { origin } = open()
  const poller = await Poller.open(origin)
  expect(await poller.say('message', 'lake', 'x'.repeat(1_000_000))).toBe(413)
})

test('RM17 more sessions of one address are answered with 429, until one ends', async () => {
  const { origin, server } = open({ maxConnectionsPerAddress: 2 })
  const first = await Poller.open(origin)
  await Poller.open(origin)
  expect((await fetch(origin + HANDSHAKE)).status).toBe(429)
  expect(await first.say('echo', 'lake')).toBe(200)
  await first.post('1')
  await until(() => server.load.connections === 1)
  expect((await fetch(origin + HANDSHAKE)).status).toBe(200)
})

test('RM17 who polls too rarely is cut off', async () => {
  const { origin, server } = open({ maxBacklogBytes: 100_000 })
  const a = await Poller.open(origin)
  await Poller.open(origin)
  for (let i = 0; i < 4; i++) await a.say('message', 'lake', 'x'.repeat(30_000))
  await until(() => server.load.connections === 1)
  expect((await a.poll()).at(-1)).toStartWith('42["bye"')
})

test('RM18 when the server goes away polls are answered, and later ones with 503', async () => {
  const { origin, server } = open()
  const poller = await Poller.open(origin)
  const last = poller.poll()
  await until(() => fixture.pending === 1)
  await server.close()
  expect(await last).toEqual(['1'])
  expect((await fetch(origin + HANDSHAKE)).status).toBe(503)
})

test('RM1 all of it works over HTTPS', async () => {
  const tls = await makeCertificate(['127.0.0.1'], Date.now())
  const { origin } = open({}, { httpPorts: [], httpsPorts: [0], tls: [tls] })
  const insecure = { tls: { rejectUnauthorized: false } }
  const poller = await Poller.open(origin, insecure as RequestInit)
  expect([...hall.sockets].map(({ context }) => context)).toMatchObject([
    { address: '127.0.0.1', isSecure: true, host: new URL(origin).host },
  ])
  await poller.say('echo', 'lake')
  expect((await poller.poll())[0]).toBe('42["echo","lake"]')
  const url = `${origin.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`
  // The DOM's types do not know that Bun takes options here.
  const socket = new WebSocket(url, insecure as unknown as string[])
  const first = new Promise((resolve) => {
    socket.addEventListener('message', ({ data }) => resolve(data))
  })
  await opened(socket)
  expect(await first).toStartWith('0{"sid":')
  socket.close()
})

test('RM19 switched off, it says how to switch it on', async () => {
  const { routes, httpRoutes } = refuseSocketIo(['room'])
  open({}, { routes, httpRoutes })
  for (const path of [HANDSHAKE, '/socket.io/socket.io.js', '/socket.io']) {
    const answer = await fetch(fixture.origin + path)
    expect(answer.status).toBe(404)
    expect(await answer.text()).toBe(
      'The room dialect is switched off here; --dialects room switches it on.\n',
    )
  }
  const upgrade = await fetch(fixture.origin + HANDSHAKE, {
    headers: {
      connection: 'upgrade',
      upgrade: 'websocket',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      'sec-websocket-version': '13',
    },
  })
  expect(upgrade.status).toBe(404)
  expect(await upgrade.text()).toContain('--dialects room')
})

test('RM19 with several switched off, it names them all', async () => {
  const { routes, httpRoutes } = refuseSocketIo(['room', 'other'])
  const { origin } = open({}, { routes, httpRoutes })
  expect(await (await fetch(origin + HANDSHAKE)).text()).toBe(
    'The dialects room and other are switched off here; --dialects room,other switches them on.\n',
  )
})
