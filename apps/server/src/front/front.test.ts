import { afterEach, expect, test } from 'bun:test'
import { createLogger, type LogRecord } from '@duet/base'
import { makeCertificate } from './make-certificate.ts'
import type { Front, FrontOptions } from './front.ts'
import type { RequestContext, SocketHandler } from './socket.ts'
import { closeOf, exchangeRaw, opened, openFront, RecordingHandler, routeFor } from './testing.ts'

const fronts: Front[] = []

afterEach(async () => {
  await Promise.all(fronts.splice(0).map((front) => front.close()))
})

function open(options: Partial<FrontOptions> = {}): { front: Front; port: number } {
  const result = openFront(options)
  fronts.push(result.front)
  return result
}

function listenWith(handler: SocketHandler, options: Partial<FrontOptions> = {}): number {
  return open({ routes: [routeFor(handler)], ...options }).port
}

test('text and bytes pass in both directions', async () => {
  const handler = new RecordingHandler()
  const client = new WebSocket(`ws://127.0.0.1:${listenWith(handler)}/ws`)
  const socket = await handler.opened
  const heard = new Promise((resolve) => client.addEventListener('message', resolve))
  socket.send('from the server')
  expect(((await heard) as MessageEvent).data).toBe('from the server')
  client.send('from the client')
  client.send(new Uint8Array([1, 2, 3]))
  client.close(1000)
  expect(await handler.closed).toBe(1000)
  expect(handler.messages).toEqual(['from the client', new Uint8Array([1, 2, 3])])
  expect(socket.send('too late')).toBe(false)
})

test('a subprotocol is answered, and one must be offered', async () => {
  const handler = new RecordingHandler()
  const { port } = open({ routes: [routeFor(handler, { protocol: 'duet.v1' })] })
  const client = await opened(new WebSocket(`ws://127.0.0.1:${port}/ws`, ['other', 'duet.v1']))
  expect(client.protocol).toBe('duet.v1')
  const refused = await Promise.allSettled([
    opened(new WebSocket(`ws://127.0.0.1:${port}/ws`, ['other'])),
    opened(new WebSocket(`ws://127.0.0.1:${port}/ws`)),
  ])
  expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})

test('two subprotocols can share an address', async () => {
  const [first, second] = [new RecordingHandler(), new RecordingHandler()]
  const routes = [routeFor(first, { protocol: 'one' }), routeFor(second, { protocol: 'two' })]
  const { port } = open({ routes })
  const client = await opened(new WebSocket(`ws://127.0.0.1:${port}/ws`, ['two']))
  expect(client.protocol).toBe('two')
  expect((await second.opened).context.url.pathname).toBe('/ws')
})

test('what is no WebSocket is told so, and a gateway may refuse', async () => {
  const refusing = routeFor(new RecordingHandler(), {
    accept: () => new Response('later', { status: 429 }),
  })
  const { port } = open({ routes: [refusing] })
  expect((await fetch(`http://127.0.0.1:${port}/ws`)).status).toBe(426)
  const answer = await exchangeRaw(
    port,
    'GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n\r\n',
  )
  expect(answer).toStartWith('HTTP/1.1 429')
  expect(await (await fetch(`http://127.0.0.1:${port}/elsewhere`)).text()).toBe('page')
})

test('each address has its own limit of message bytes', async () => {
  const [small, large] = [new RecordingHandler(), new RecordingHandler()]
  const routes = [
    routeFor(small, { maxMessageBytes: 100 }),
    routeFor(large, { path: '/large', maxMessageBytes: 1000 }),
  ]
  const { port } = open({ routes })
  const connect = (path: string) => opened(new WebSocket(`ws://127.0.0.1:${port}${path}`))
  for (const [path, message] of [
    ['/ws', 'x'.repeat(101)],
    ['/ws', '€'.repeat(34)],
    ['/ws', new Uint8Array(101)],
    ['/large', 'x'.repeat(1001)],
  ] as const) {
    const client = await connect(path)
    client.send(message)
    expect((await closeOf(client)).code).toBe(1009)
  }
  const client = await connect('/ws')
  client.send('€'.repeat(33))
  const other = await connect('/large')
  other.send('x'.repeat(1000))
  client.close()
  other.close()
  await Promise.all([closeOf(client), closeOf(other)])
  expect([small.messages, large.messages]).toEqual([['€'.repeat(33)], ['x'.repeat(1000)]])
})

test('a handler that throws is logged and only its socket is closed', async () => {
  const records: LogRecord[] = []
  const logger = createLogger('error', (record) => records.push(record))
  const fine = new RecordingHandler()
  const broken: SocketHandler = {
    onOpen: () => {},
    onMessage: () => {
      throw new Error('broken')
    },
    onClose: () => {
      throw new Error('broken again')
    },
  }
  const { port } = open({ logger, routes: [routeFor(broken), routeFor(fine, { path: '/fine' })] })
  const other = await opened(new WebSocket(`ws://127.0.0.1:${port}/fine`))
  const client = await opened(new WebSocket(`ws://127.0.0.1:${port}/ws`))
  client.send('x')
  expect(await closeOf(client)).toEqual({ code: 1011, reason: 'internal error' })
  other.send('still here')
  other.close()
  await fine.closed
  expect(fine.messages).toEqual(['still here'])
  expect(records.map(({ fields }) => String(fields['error']))).toEqual([
    expect.stringContaining('broken'),
    expect.stringContaining('broken again'),
  ])
})

test('a handler that throws when it opens is closed with 1011', async () => {
  const handler = new RecordingHandler()
  handler.onOpen = () => {
    throw new Error('broken')
  }
  const client = new WebSocket(`ws://127.0.0.1:${listenWith(handler)}/ws`)
  expect((await closeOf(client)).code).toBe(1011)
  expect(handler.closes).toEqual([1011])
})

test('a gateway that closes hears of it once, later', async () => {
  const handler = new RecordingHandler()
  const client = new WebSocket(`ws://127.0.0.1:${listenWith(handler)}/ws`)
  const socket = await handler.opened
  socket.close(4001, 'come back')
  socket.close(4002, 'again')
  expect(handler.closes).toEqual([])
  expect(await closeOf(client)).toEqual({ code: 4001, reason: 'come back' })
  expect(handler.closes).toEqual([4001])
})

test('forwarded headers reach the gateway judged', async () => {
  const contexts: RequestContext[] = []
  const accept = (context: RequestContext) => {
    contexts.push(context)
    return new Response(null, { status: 403 })
  }
  const { port } = open({ routes: [routeFor(new RecordingHandler(), { accept })] })
  const headers = {
    upgrade: 'websocket',
    'x-forwarded-for': '198.51.100.1',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'duet.example',
  }
  await fetch(`http://127.0.0.1:${port}/ws?a=1`, { headers })
  expect(contexts[0]).toMatchObject({
    address: '198.51.100.1',
    isSecure: true,
    host: 'duet.example',
  })
  expect(contexts[0]?.url.href).toBe('https://duet.example/ws?a=1')
})

test('HTTP from elsewhere leads to the HTTPS port, WebSockets and pages alike', async () => {
  const tls = await makeCertificate(['127.0.0.1'], Date.now())
  const { front } = open({ tls: [tls], httpPorts: [0, 0], httpsPorts: [0] })
  const [first, second, secure] = front.listeners
  for (const port of [first?.port, second?.port]) {
    const headers = { host: 'duet.example' }
    const options = { headers, redirect: 'manual' } as const
    const answer = await fetch(`http://127.0.0.1:${port}/r/lake?a=1`, options)
    expect(answer.status).toBe(307)
    expect(answer.headers.get('location')).toBe(`https://duet.example:${secure?.port}/r/lake?a=1`)
    const healthz = await fetch(`http://127.0.0.1:${port}/healthz`, options)
    expect(healthz.status).toBe(200)
  }
  const options = { tls: { rejectUnauthorized: false } }
  const answer = await fetch(`https://127.0.0.1:${secure?.port}/`, options)
  expect(await answer.text()).toBe('page')
})

test('a new certificate is served at once, and open sockets stay', async () => {
  const before = await makeCertificate(['127.0.0.1'], Date.now())
  const after = await makeCertificate(['127.0.0.1'], Date.now())
  const handler = new RecordingHandler()
  const routes = [routeFor(handler)]
  const { front, port } = open({ tls: [before], httpPorts: [], httpsPorts: [0], routes })
  // The DOM's types do not know that Bun takes options here.
  const options = { tls: { rejectUnauthorized: false } } as unknown as string[]
  const client = await opened(new WebSocket(`wss://127.0.0.1:${port}/ws`, options))
  front.setTls([after])
  expect(front.listeners[0]?.port).toBe(port)
  const trusting = { tls: { ca: after.cert } }
  expect(await (await fetch(`https://127.0.0.1:${port}/`, trusting)).text()).toBe('page')
  const socket = await handler.opened
  socket.close(4000, 'still open')
  expect(await closeOf(client)).toEqual({ code: 4000, reason: 'still open' })
})

test('odd requests are answered, not served as another host', async () => {
  const urls: string[] = []
  const respond = ({ url }: RequestContext) => {
    urls.push(url.href)
    return new Response('page')
  }
  const { port } = open({ respond })
  const end = 'Connection: close\r\n\r\n'
  await exchangeRaw(port, `GET //evil.example/x HTTP/1.1\r\nHost: localhost\r\n${end}`)
  await exchangeRaw(port, `GET /a HTTP/1.1\r\nHost: a b<>\r\n${end}`)
  await exchangeRaw(port, `GET http://evil.example/y HTTP/1.1\r\nHost: localhost\r\n${end}`)
  expect(urls.map((url) => new URL(url).hostname)).toEqual(urls.map(() => 'localhost'))
  expect(urls.length).toBeGreaterThan(0)
})

test('a respond that throws is answered with 500 and logged', async () => {
  const records: LogRecord[] = []
  const logger = createLogger('error', (record) => records.push(record))
  const { port } = open({
    logger,
    respond: () => {
      throw new Error('broken')
    },
  })
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(500)
  expect(records).toHaveLength(1)
})

test('a port in use is one sentence that names port and flag', () => {
  const { port } = open()
  const again = () => open({ httpPorts: [port] })
  expect(again).toThrow(`Port ${port} of 127.0.0.1 is already in use`)
  expect(again).toThrow('--http')
})

test('when one port can’t be opened, the others are given back', async () => {
  const { port } = open()
  const { port: free, front } = open()
  await front.close()
  expect(() => open({ httpPorts: [free, port] })).toThrow('already in use')
  expect(open({ httpPorts: [free] }).port).toBe(free)
})

test('an address of another machine is one sentence', () => {
  expect(() => open({ hosts: ['192.0.2.77'] })).toThrow(
    '192.0.2.77 is not an address of this machine',
  )
})

test('it stops accepting first, and cuts open sockets when it closes', async () => {
  const handler = new RecordingHandler()
  const { front, port } = open({ routes: [routeFor(handler)] })
  const client = await opened(new WebSocket(`ws://127.0.0.1:${port}/ws`))
  front.stopAccepting()
  const refused = await fetch(`http://127.0.0.1:${port}/`).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(Error)
  const socket = await handler.opened
  socket.close(4000, 'come back')
  expect((await closeOf(client)).code).toBe(4000)
  const other = open({ routes: [routeFor(new RecordingHandler())] })
  const cut = closeOf(await opened(new WebSocket(`ws://127.0.0.1:${other.port}/ws`)))
  await other.front.close()
  expect((await cut).code).toBe(1001)
  await front.close()
  await front.close()
})
