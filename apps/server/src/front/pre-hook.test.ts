import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { createServer, type Server as TcpServer } from 'node:net'
import { createLogger, FakeClock, type LogRecord } from '@duet/base'
import type { Server } from 'bun'
import { until } from '../testing/until.ts'
import { makeCertificate } from './make-certificate.ts'
import type { Front, FrontOptions } from './front.ts'
import { createPreHook } from './pre-hook.ts'
import { exchangeRaw, opened, openFront, RecordingHandler, routeFor } from './testing.ts'

/** What the hook does with a question. */
type Answer = (question: Record<string, unknown>) => Response | Promise<Response>

const clock = new FakeClock()
const records: LogRecord[] = []
let hook: Server<undefined>
let questions: Record<string, unknown>[] = []
let answer: Answer = () => new Response('0')
let front: Front
let port = 0

function open(options: Partial<FrontOptions> = {}, url = hook.url.href): void {
  const logger = createLogger('info', (record) => records.push(record))
  const preHook = createPreHook({ url, hiddenCookies: ['__Host-duet'], clock, logger })
  ;({ front, port } = openFront({ preHook, ...options }))
}

const get = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual', ...init })

beforeEach(() => {
  questions = []
  records.length = 0
  answer = () => new Response('0')
  hook = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const question = (await request.json()) as Record<string, unknown>
      questions.push({ ...question, method: `${request.method} for ${String(question['method'])}` })
      return answer(question)
    },
  })
})

afterEach(async () => {
  await front.close()
  await hook.stop(true)
  expect(clock.pending).toBe(0)
})

const endless = () =>
  new Response(
    new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
    }),
  )

const ANSWERS: [name: string, answer: Answer, status: number][] = [
  ['0', () => new Response('0'), 200],
  ['0 and a line break', () => new Response(' 0\r\n'), 200],
  ['{"code":0}', () => new Response('{"code":0}'), 200],
  ['{"code":0} and more', () => Response.json({ code: 0, data: { any: 1 } }), 200],
  ['1', () => new Response('1'), 403],
  ['00', () => new Response('00'), 403],
  ['"0"', () => new Response('"0"'), 403],
  ['{"code":1}', () => Response.json({ code: 1 }), 403],
  ['{"code":"0"}', () => Response.json({ code: '0' }), 403],
  ['{}', () => Response.json({}), 403],
  ['null', () => Response.json(null), 403],
  ['[0]', () => Response.json([0]), 403],
  ['nothing', () => new Response(''), 403],
  ['garbage', () => new Response('<html>0</html>'), 403],
  ['half of a JSON', () => new Response('{"code":0'), 403],
  ['201 with 0', () => new Response('0', { status: 201 }), 403],
  ['204', () => new Response(null, { status: 204 }), 403],
  ['a redirect to 0', () => Response.redirect(`${hook.url.href}elsewhere`), 403],
  ['403', () => new Response('0', { status: 403 }), 403],
  ['404', () => new Response('0', { status: 404 }), 403],
  ['500', () => new Response('0', { status: 500 }), 503],
  ['502', () => new Response('0', { status: 502 }), 503],
  ['more than an answer can be', () => new Response('0'.padEnd(5000)), 503],
  ['an answer without end', endless, 503],
]

describe('a hook that answers', () => {
  test.each(ANSWERS)('%s', async (_, given, status) => {
    answer = given
    open()
    const response = await get('/some/page')
    expect(response.status).toBe(status)
    const text = await response.text()
    if (status === 200) expect(text).toBe('page')
    if (status === 403) expect(text).toBe('You may not open this address\n')
    if (status === 503) expect(text).toStartWith('Nobody can say now')
  })
})

test('a hook that says nothing within 3 s lets nobody pass, and says so once', async () => {
  answer = () => new Promise(() => {})
  open()
  const asked = [get('/one'), get('/two')]
  await until(() => questions.length === 2)
  clock.advance(2999)
  expect(clock.pending).toBe(2)
  clock.advance(1)
  expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([503, 503])
  answer = () => new Response('0')
  expect((await get('/three')).status).toBe(200)
  expect(records.map(({ level, message }) => [level, message])).toEqual([
    ['error', 'the pre-hook can’t be asked'],
    ['info', 'the pre-hook answers again'],
  ])
})

test('neither does one whose answer never ends', async () => {
  answer = () =>
    new Response(new ReadableStream({ start: (controller) => controller.enqueue('0') }))
  open()
  const asked = get('/one')
  await until(() => questions.length === 1)
  clock.advance(3000)
  expect((await asked).status).toBe(503)
})

test('a hook that is down lets nobody pass', async () => {
  const { url } = hook
  await hook.stop(true)
  open({}, `${url.href}?secret`)
  expect((await get('/')).status).toBe(503)
  expect((await get('/healthz')).status).toBe(200)
  expect(records).toHaveLength(1)
  expect(JSON.stringify(records)).not.toContain('secret')
})

test('a kept connection that the hook has closed is no reason to refuse', async () => {
  let connections = 0
  const closing: TcpServer = createServer((socket) => {
    connections += 1
    let asked = 0
    socket.on('error', () => {})
    socket.on('data', () => {
      asked += 1
      if (asked > 1) socket.destroy()
      else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n0')
    })
  })
  await new Promise<void>((resolve) => closing.listen(0, '127.0.0.1', resolve))
  open({}, `http://127.0.0.1:${(closing.address() as { port: number }).port}/`)
  for (let times = 0; times < 4; times += 1) expect((await get('/')).status).toBe(200)
  expect(connections).toBeGreaterThan(1)
  closing.close()
})

test('more questions at once than are asked get 503', async () => {
  const waiting: ((response: Response) => void)[] = []
  answer = () => new Promise((resolve) => waiting.push(resolve))
  open()
  // The hook's answers and requests by fetch would share the runtime's limit of 256.
  const request = 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'
  const asked = Array.from({ length: 128 }, () => exchangeRaw(port, request))
  await until(() => waiting.length === 128)
  const refused = await get('/')
  expect([refused.status, await refused.text()]).toEqual([503, 'Too many requests at once\n'])
  for (const resolve of waiting) resolve(new Response('0'))
  const statuses = (await Promise.all(asked)).map((text) => text.slice(0, 12))
  expect(new Set(statuses)).toEqual(new Set(['HTTP/1.1 200']))
  answer = () => new Response('0')
  expect((await get('/')).status).toBe(200)
})

test('it is told who asks for what, and of no login', async () => {
  open()
  await get('/a%20b?c=d&e', {
    method: 'DELETE',
    headers: {
      host: 'localhost:1',
      cookie: '__Host-duet=secret; theirs=1',
      authorization: 'Bearer secret',
      'user-agent': 'an agent',
      'accept-language': 'zh-CN',
      'x-forwarded-for': '198.51.100.1',
      'x-other': 'not told',
    },
  })
  expect(questions).toEqual([
    {
      method: 'POST for DELETE',
      url: 'http://localhost:1/a%20b?c=d&e',
      path: '/a%20b',
      query: 'c=d&e',
      host: 'localhost:1',
      address: '198.51.100.1',
      isWebSocket: false,
      headers: { 'user-agent': 'an agent', 'accept-language': 'zh-CN', cookie: 'theirs=1' },
    },
  ])
})

test('health and the challenges of certificate authorities are everybody’s', async () => {
  answer = () => new Response('1')
  open()
  for (const path of ['/healthz', '/.well-known/acme-challenge/token']) {
    expect(await (await get(path)).text()).toBe('page')
  }
  expect(questions).toEqual([])
  const others = ['/healthz/x', '/.well-known/x', '/.well-known/acme-challenge/../../x', '/']
  for (const path of others) expect((await get(path)).status).toBe(403)
  expect(questions).toHaveLength(others.length)
})

test('HTTP that leads to HTTPS is not asked about; HTTPS is', async () => {
  const tls = await makeCertificate(['127.0.0.1'], Date.now())
  open({ tls: [tls], httpsPorts: [0] })
  const redirected = await get('/', { headers: { host: 'duet.example' } })
  expect([redirected.status, questions.length]).toEqual([307, 0])
  const secure = front.listeners[1]?.port
  const init = { tls: { rejectUnauthorized: false }, headers: { host: 'duet.example' } }
  expect((await fetch(`https://127.0.0.1:${secure}/`, init)).status).toBe(200)
  expect(questions).toMatchObject([{ url: 'https://duet.example/' }])
})

test('WebSockets are asked about', async () => {
  const handler = new RecordingHandler()
  answer = ({ path }) => new Response(path === '/ws' ? '0' : '1')
  open({ routes: [routeFor(handler), routeFor(handler, { path: '/other' })] })
  const client = await opened(new WebSocket(`ws://127.0.0.1:${port}/ws`))
  client.send('hello')
  client.close(1000)
  await handler.closed
  expect(handler.messages).toEqual(['hello'])
  const refused = await exchangeRaw(
    port,
    'GET /other HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n' +
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n',
  )
  expect(refused).toStartWith('HTTP/1.1 403 ')
  expect(questions.map(({ isWebSocket }) => isWebSocket)).toEqual([true, true])
})

test('a body is whole after the question', async () => {
  const route = {
    prefix: '/upload',
    maxBodyBytes: 3_000_000,
    respond: async (_: unknown, request: Request) =>
      new Response(String((await request.bytes()).length)),
  }
  open({ httpRoutes: [route] })
  const body = new Uint8Array(2_000_000)
  expect(await (await get('/upload', { method: 'POST', body })).text()).toBe('2000000')
})
