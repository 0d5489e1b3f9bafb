import { afterEach, describe, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { createLogger, type LogRecord } from '@duet/base'
import type { Front, FrontOptions } from './front.ts'
import { makeCertificate } from './make-certificate.ts'
import type { HttpRoute } from './socket.ts'
import { exchangeRaw, opened, openFront, RecordingHandler, routeFor } from './testing.ts'

const fronts: Front[] = []

afterEach(async () => {
  await Promise.all(fronts.splice(0).map((front) => front.close()))
})

function open(options: Partial<FrontOptions>): { front: Front; port: number } {
  const result = openFront(options)
  fronts.push(result.front)
  return result
}

/** A route at `/poll` that says what it was asked and how many bytes it was given. */
function httpRoute(more: Partial<HttpRoute> = {}): HttpRoute {
  return {
    prefix: '/poll',
    maxBodyBytes: 100,
    async respond({ url }, request) {
      const { length } = await request.text()
      return new Response(`${request.method} ${url.pathname}${url.search} ${length}`)
    },
    ...more,
  }
}

/** A body in chunks of ten bytes, whose length nobody is told before. */
function chunked(bytes: number): string {
  return `${'a\r\n0123456789\r\n'.repeat(bytes / 10)}0\r\n\r\n`
}

const upgradeOf = (path: string): string =>
  [
    `GET ${path} HTTP/1.1`,
    'Host: localhost',
    'Upgrade: websocket',
    'Connection: Upgrade, close',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    'Sec-WebSocket-Version: 13',
    '\r\n',
  ].join('\r\n')

describe('an HTTP route', () => {
  test('gets its prefix and everything below, and no more', async () => {
    const other = httpRoute({ prefix: '/other', respond: () => new Response('other') })
    const { port } = open({ httpRoutes: [httpRoute(), other] })
    const get = async (path: string, init: RequestInit = {}) =>
      (await fetch(`http://127.0.0.1:${port}${path}`, init)).text()
    expect(await get('/poll/')).toBe('GET /poll/ 0')
    expect(await get('/poll/a/b?c=d')).toBe('GET /poll/a/b?c=d 0')
    expect(await get('/poll/', { method: 'POST', body: '12345' })).toBe('POST /poll/ 5')
    expect(await get('/poll/', { method: 'PUT', body: '1' })).toBe('PUT /poll/ 1')
    expect(await get('/other/x')).toBe('other')
    expect(await get('/poll')).toBe('GET /poll 0')
    for (const path of ['/poll.js', '/polling', '/POLL/', '/x/poll/', '/']) {
      expect(await get(path)).toBe('page')
    }
  })

  test.each([
    ['short', 100, 200],
    ['too long', 110, 413],
    ['longer than what any route takes', 200_000, 413],
  ] as const)('a body that is %s, of known and of unknown length', async (_, bytes, status) => {
    const { port } = open({ httpRoutes: [httpRoute()] })
    const head = 'POST /poll/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n'
    const known = `Content-Length: ${bytes}\r\n\r\n${'0123456789'.repeat(bytes / 10)}`
    const unknown = `Transfer-Encoding: chunked\r\n\r\n${chunked(bytes)}`
    for (const rest of [known, unknown]) {
      const answer = await exchangeRaw(port, head + rest)
      expect(answer).toStartWith(`HTTP/1.1 ${status} `)
      if (status === 200) expect(answer).toEndWith(`POST /poll/ ${bytes}`)
    }
  })

  test('has a limit of its own, however much another takes', async () => {
    const large = httpRoute({ prefix: '/large', maxBodyBytes: 300_000 })
    const { port } = open({ httpRoutes: [httpRoute(), large] })
    const post = (path: string, bytes: number) => {
      const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n`
      return exchangeRaw(port, `${head}Transfer-Encoding: chunked\r\n\r\n${chunked(bytes)}`)
    }
    expect(await post('/large/', 200_000)).toEndWith('POST /large/ 200000')
    expect(await post('/poll/', 200_000)).toStartWith('HTTP/1.1 413 ')
  })

  test('of a reading request needs no body', async () => {
    const { port } = open({ httpRoutes: [httpRoute()] })
    const head = 'GET /poll/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n'
    const answer = await exchangeRaw(
      port,
      `${head}Transfer-Encoding: chunked\r\n\r\n${chunked(10)}`,
    )
    expect(answer).toEndWith('GET /poll/x 0')
  })

  test('is not asked when a body of unknown length breaks off', async () => {
    const records: LogRecord[] = []
    const logger = createLogger('error', (record) => records.push(record))
    const { port } = open({ httpRoutes: [httpRoute()], logger })
    const head = 'POST /poll/ HTTP/1.1\r\nHost: localhost\r\n'
    const odd = await exchangeRaw(port, `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`)
    expect(odd).toStartWith('HTTP/1.1 400 ')
    const socket = connect(port, '127.0.0.1')
    socket.write(`${head}Transfer-Encoding: chunked\r\n\r\na\r\n01234`)
    socket.end()
    await new Promise((resolve) => socket.once('close', resolve).resume())
    expect(await (await fetch(`http://127.0.0.1:${port}/poll/`)).text()).toBe('GET /poll/ 0')
    expect(records).toEqual([])
  })

  test('that breaks is answered with 500', async () => {
    const broken = httpRoute({
      respond: () => {
        throw new Error('broken')
      },
    })
    const { port } = open({ httpRoutes: [broken] })
    expect((await fetch(`http://127.0.0.1:${port}/poll/`)).status).toBe(500)
  })
})

describe('plain HTTP from elsewhere', () => {
  test('is served where a route allows it, and leads to HTTPS for all others', async () => {
    const tls = await makeCertificate(['127.0.0.1'], Date.now())
    const accept = () => new Response('refused', { status: 429 })
    const socketRoute = (path: string, isPlainAllowed: boolean) =>
      routeFor(new RecordingHandler(), { path, isPlainAllowed, isPathShared: true, accept })
    const { port } = open({
      tls: [tls],
      httpsPorts: [0],
      httpRoutes: [httpRoute({ isPlainAllowed: true }), httpRoute({ prefix: '/strict' })],
      routes: [socketRoute('/plain', true), socketRoute('/ws', false)],
    })
    const statusOf = async (path: string, headers: Record<string, string> = {}) => {
      const url = `http://127.0.0.1:${port}${path}`
      const options = { headers: { host: 'duet.example', ...headers }, redirect: 'manual' } as const
      return (await fetch(url, options)).status
    }
    const upgrade = { upgrade: 'websocket' }
    expect(await statusOf('/poll/x')).toBe(200)
    expect(await statusOf('/strict/x')).toBe(307)
    expect(await statusOf('/plain', upgrade)).toBe(429)
    expect(await statusOf('/ws', upgrade)).toBe(307)
    // Only the WebSocket is allowed, not the page at the same address.
    expect(await statusOf('/plain')).toBe(307)
    expect(await statusOf('/')).toBe(307)
  })
})

describe('the address of a WebSocket', () => {
  test('shows the page too where it is shared, and else says that it is none', async () => {
    const shared = new RecordingHandler()
    const routes = [
      routeFor(shared, { path: '/', isPathShared: true }),
      routeFor(new RecordingHandler()),
    ]
    const { port } = open({ routes })
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('page')
    const refused = await fetch(`http://127.0.0.1:${port}/ws`)
    expect([refused.status, refused.headers.get('upgrade')]).toEqual([426, 'websocket'])
    const client = await opened(new WebSocket(`ws://127.0.0.1:${port}/`))
    client.close()
    await shared.closed
  })

  test('is not shared when one of its routes does not share it', async () => {
    const one = routeFor(new RecordingHandler(), { protocol: 'one', isPathShared: true })
    const two = routeFor(new RecordingHandler(), { protocol: 'two' })
    const { port } = open({ routes: [one, two] })
    expect((await fetch(`http://127.0.0.1:${port}/ws`)).status).toBe(426)
  })

  test('must be known, whatever pages and HTTP routes stand there', async () => {
    const { port } = open({
      routes: [routeFor(new RecordingHandler())],
      httpRoutes: [httpRoute()],
    })
    for (const path of ['/', '/ws/', '/WS', '/ws/x', '/poll/', '/healthz']) {
      expect(await exchangeRaw(port, upgradeOf(path))).toStartWith('HTTP/1.1 404 ')
    }
    const client = await opened(new WebSocket(`ws://127.0.0.1:${port}/ws`))
    client.close()
  })
})

test('while it stops, routes are told to come back', async () => {
  let finish = (): void => {}
  const asked = Promise.withResolvers<void>()
  const slow = httpRoute({
    async respond() {
      asked.resolve()
      await new Promise<void>((resolve) => (finish = resolve))
      return new Response('late')
    },
  })
  const { port, front } = open({ httpRoutes: [slow] })
  const request = 'GET /poll/ HTTP/1.1\r\nHost: localhost\r\n'
  const answers = exchangeRaw(port, `${request}\r\n${request}Connection: close\r\n\r\n`)
  await asked.promise
  front.stopAccepting()
  finish()
  expect(await answers).toMatch(/200 OK[^]*late[^]*503 [^]*Shutting down/)
})
