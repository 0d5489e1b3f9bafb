import { afterEach, describe, expect, test } from 'bun:test'
import type { Server, ServerWebSocket, WebSocketHandler } from 'bun'
import { closeOf, exchangeRaw, opened } from '../front/testing.ts'
import { until } from '../testing/until.ts'
import { MAX_MESSAGE_BYTES } from './limits.ts'
import { openRawUpstream } from './raw-upstream.ts'
import { deadPort, openStage, openUpstream, type ProxyStage } from './testing.ts'

/** What the upstream's WebSockets hear. */
let heard: (string | Uint8Array)[] = []
let closes: { code: number; reason: string }[] = []
let sockets: ServerWebSocket<string>[] = []
let upstream: Server<string>
let stage: ProxyStage

afterEach(async () => {
  await stage.close()
  await upstream.stop(true)
  await until(() => stage.proxy.counts.sockets === 0)
  expect(stage.clock.pending).toBe(0)
})

interface Accepting {
  handshake?: (request: Request) => Headers | Response
  websocket?: Partial<WebSocketHandler<string>>
  front?: NonNullable<Parameters<typeof openStage>[1]>['front']
}

function open({ handshake, websocket = {}, front = {} }: Accepting = {}): void {
  heard = []
  closes = []
  sockets = []
  upstream = openUpstream(
    (request, server) => {
      const headers = handshake?.(request) ?? new Headers({ 'sec-websocket-protocol': '' })
      if (headers instanceof Response) return headers
      return server.upgrade(request, { data: '', headers }) ? undefined : new Response('no')
    },
    {
      open: (ws) => void sockets.push(ws),
      message(ws, data) {
        heard.push(typeof data === 'string' ? data : new Uint8Array(data))
        ws.send(data)
      },
      close: (_, code, reason) => void closes.push({ code, reason }),
      ...websocket,
    },
  )
  stage = openStage(upstream.port ?? 0, { front })
}

/** A client, and what it hears. */
async function client(protocols: string[] = [], path = '/up') {
  const socket = new WebSocket(`ws://127.0.0.1:${stage.port}${path}`, protocols)
  socket.binaryType = 'arraybuffer'
  const messages: (string | Uint8Array)[] = []
  socket.addEventListener('message', ({ data }) => {
    messages.push(typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer))
  })
  await opened(socket)
  return { socket, messages }
}

/** Ends it without a close; the DOM's types do not know that Bun can. */
const cut = (socket: WebSocket) => (socket as unknown as { terminate(): void }).terminate()

const UPGRADE = [
  'GET /up HTTP/1.1',
  'Host: duet.example:8443',
  'Upgrade: websocket',
  'Connection: Upgrade, close',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  'Sec-WebSocket-Version: 13',
]

const upgradeRaw = (...lines: string[]) =>
  exchangeRaw(stage.port, [...UPGRADE, ...lines, '\r\n'].join('\r\n'))

describe('messages pass', () => {
  test('as they are, in both directions and in order', async () => {
    open()
    const { socket, messages } = await client()
    const said = [
      'text',
      '',
      '湖 🚣 \u0000',
      new Uint8Array([0, 1, 255]),
      new Uint8Array(),
      'x'.repeat(70_000),
      new Uint8Array(300_000).map((_, index) => index * 7),
      'last',
    ]
    for (const each of said) socket.send(each)
    await until(() => messages.length === said.length)
    expect(heard).toEqual(said)
    expect(messages).toEqual(said)
    socket.close()
  })

  test('that the upstream says at once', async () => {
    open({
      websocket: {
        open(ws) {
          for (let index = 0; index < 100; index += 1) ws.send(`${index}`)
        },
      },
    })
    const { socket, messages } = await client()
    await until(() => messages.length === 100)
    expect(messages).toEqual(Array.from({ length: 100 }, (_, index) => String(index)))
    socket.close()
  })

  test('up to a size, beyond which the WebSocket ends', async () => {
    open()
    const { socket, messages } = await client()
    socket.send(new Uint8Array(MAX_MESSAGE_BYTES))
    await until(() => messages.length === 1)
    expect(messages[0]?.length).toBe(MAX_MESSAGE_BYTES)
    const closed = closeOf(socket)
    socket.send(new Uint8Array(MAX_MESSAGE_BYTES + 1))
    expect((await closed).code).toBe(1009)
    await until(() => closes.length === 1)
    const other = await client()
    const ended = closeOf(other.socket)
    sockets[1]?.send(new Uint8Array(MAX_MESSAGE_BYTES + 1))
    expect((await ended).code).toBeOneOf([1009, 1014])
  })
})

describe('the handshake', () => {
  test.each([
    [['one', 'two'], 'two'],
    [[], ''],
    [['one'], 'one'],
  ])('offers %j and answers "%s"', async (offered, chosen) => {
    const offers: (string | null)[] = []
    open({
      handshake({ headers }) {
        offers.push(headers.get('sec-websocket-protocol'))
        return new Headers({ 'sec-websocket-protocol': chosen })
      },
    })
    const { socket } = await client(offered)
    expect(socket.protocol).toBe(chosen)
    expect(offers.map((each) => each?.replaceAll(' ', '') ?? '')).toEqual([offered.join()])
    socket.close()
  })

  test('leaves it to the client to judge an upstream that chooses no subprotocol', async () => {
    open({ websocket: { open: (ws) => ws.terminate() } })
    const answer = await upgradeRaw('Sec-WebSocket-Protocol: one, two')
    expect(answer).toStartWith('HTTP/1.1 101 ')
    expect(answer.toLowerCase()).not.toContain('sec-websocket-protocol')
  })

  test('tells the upstream who asks, and keeps Duet’s own cookies', async () => {
    let asked = new Headers()
    let path = ''
    open({
      handshake({ headers, url }) {
        asked = headers
        path = new URL(url).pathname + new URL(url).search
        return new Response('no', { status: 403 })
      },
    })
    await exchangeRaw(
      stage.port,
      [
        ...UPGRADE.with(0, 'GET /up/a%20b?c=d HTTP/1.1'),
        'Origin: https://duet.example:8443',
        'Cookie: a=1; __Host-duet=secret',
        'Authorization: Bearer token',
        'Sec-WebSocket-Extensions: permessage-deflate',
        'X-Forwarded-For: 198.51.100.1',
        'Keep-Alive: 5',
        '\r\n',
      ].join('\r\n'),
    )
    expect(path).toBe('/up/a%20b?c=d')
    expect(asked.toJSON()).toMatchObject({
      host: 'duet.example:8443',
      origin: 'https://duet.example:8443',
      cookie: 'a=1',
      authorization: 'Bearer token',
      'x-real-ip': '198.51.100.1',
      'x-forwarded-for': '198.51.100.1, 127.0.0.1',
      'x-forwarded-host': 'duet.example:8443',
      'x-forwarded-proto': 'http',
    })
    expect(asked.get('sec-websocket-key')).not.toBe('AAAAAAAAAAAAAAAAAAAAAA==')
    expect(asked.get('sec-websocket-extensions')).toBeNull()
    expect(asked.get('keep-alive')).toBeNull()
  })

  test('passes bytes of headers on as they are', async () => {
    open()
    const raw = await openRawUpstream((socket) => socket.end('HTTP/1.1 403 No\r\n\r\n'))
    await stage.close()
    stage = openStage(raw.port)
    const lines = [...UPGRADE, 'Cookie: name=\xe4\xb8\xad', 'X-Empty:', '\r\n']
    await exchangeRaw(stage.port, lines.join('\r\n'), 'latin1')
    expect(raw.heard[0]).toMatch(/^cookie: name=\xe4\xb8\xad\r$/im)
    raw.close()
  })

  test('tells the client what the upstream says with it', async () => {
    open({
      handshake: () => {
        const headers = new Headers({ 'x-theirs': '1', 'sec-websocket-protocol': '' })
        headers.append('set-cookie', 'a=1')
        headers.append('set-cookie', 'b=2')
        return headers
      },
      websocket: { open: (ws) => ws.terminate() },
    })
    const answer = (await upgradeRaw()).split('\r\n\r\n')[0]?.toLowerCase().split('\r\n')
    expect(answer).toContain('http/1.1 101 switching protocols')
    expect(answer).toEqual(
      expect.arrayContaining(['x-theirs: 1', 'set-cookie: a=1', 'set-cookie: b=2']),
    )
    for (const name of ['upgrade', 'connection', 'sec-websocket-accept']) {
      expect(answer?.filter((line) => line.startsWith(`${name}:`))).toHaveLength(1)
    }
  })

  test.each([
    [401, { 'www-authenticate': 'Basic realm="theirs"' }],
    [403, { 'x-why': 'because' }],
    [302, { location: '/elsewhere' }],
    [200, {}],
    [500, {}],
  ])('that is refused with %d is refused so', async (status, headers) => {
    open({ handshake: () => new Response('why not', { status, headers }) })
    const answer = await upgradeRaw()
    expect(answer).toStartWith(`HTTP/1.1 ${status} `)
    for (const [name, value] of Object.entries(headers)) {
      expect(answer.toLowerCase()).toContain(`\r\n${name}: ${value}\r\n`.toLowerCase())
    }
    expect(answer).toContain('why not')
  })

  test('with an upstream that is down is 502', async () => {
    open()
    await stage.close()
    stage = openStage(await deadPort())
    const answer = await upgradeRaw()
    expect(answer).toStartWith('HTTP/1.1 502 ')
    expect(answer).toEndWith('The server behind this address can’t be reached\n')
    expect(stage.records).toHaveLength(1)
  })

  test('with an upstream that says nothing is 504', async () => {
    open()
    const silent = await openRawUpstream(() => {})
    await stage.close()
    stage = openStage(silent.port)
    const answer = upgradeRaw()
    await until(() => silent.heard.some((text) => text.endsWith('\r\n\r\n')))
    stage.clock.advance(60_000)
    expect(await answer).toStartWith('HTTP/1.1 504 ')
    silent.close()
  })

  test.each([
    [
      'no accept key',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    ],
    ['no HTTP', 'hello\r\n\r\n'],
    ['no status', 'HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n'],
    ['nothing', ''],
  ])('with an upstream that answers %s is 502', async (_, text) => {
    open()
    const odd = await openRawUpstream((socket) => socket.end(text))
    await stage.close()
    stage = openStage(odd.port)
    expect(await upgradeRaw()).toStartWith('HTTP/1.1 502 ')
    expect(JSON.stringify(stage.records)).not.toContain('/up')
    odd.close()
  })

  test('that offers nonsense is 400', async () => {
    open()
    expect(await upgradeRaw('Sec-WebSocket-Protocol: a b, a b')).toStartWith('HTTP/1.1 400 ')
    expect(await upgradeRaw('Sec-WebSocket-Protocol: a, a')).toStartWith('HTTP/1.1 400 ')
    expect(sockets).toEqual([])
  })

  test('of a client that goes away meanwhile ends at the upstream', async () => {
    open()
    const silent = await openRawUpstream(() => {})
    await stage.close()
    stage = openStage(silent.port)
    const socket = new WebSocket(`ws://127.0.0.1:${stage.port}/up`)
    await until(() => silent.sockets.length === 1)
    const ended = new Promise((resolve) => silent.sockets[0]?.once('close', resolve))
    cut(socket)
    await ended
    expect(stage.records).toEqual([])
    silent.close()
  })
})

describe('a close passes', () => {
  test.each([
    [1000, 'done'],
    [1001, 'going'],
    [1008, ''],
    [1011, 'broken'],
    [3000, 'theirs'],
    [4999, '湖'],
  ])('from the client: %d "%s"', async (code, reason) => {
    open()
    const { socket } = await client()
    const closed = closeOf(socket)
    socket.close(code, reason)
    await until(() => closes.length === 1)
    expect(closes).toEqual([{ code, reason }])
    expect((await closed).code).toBe(code)
  })

  test.each([
    [1000, 'done'],
    [1001, 'going'],
    [1012, 'again'],
    [1013, 'later'],
    [4000, 'theirs'],
    [4999, '湖'],
  ])('from the upstream: %d "%s"', async (code, reason) => {
    open()
    const { socket } = await client()
    const closed = closeOf(socket)
    sockets[0]?.send('before')
    sockets[0]?.close(code, reason)
    expect(await closed).toEqual({ code, reason })
  })

  test('without a code as such', async () => {
    open()
    const first = await client()
    first.socket.close()
    await until(() => closes.length === 1)
    expect(closes[0]?.code).toBeOneOf([1000, 1005])
    const second = await client()
    const closed = closeOf(second.socket)
    sockets[1]?.close(1005)
    expect(await closed).toEqual({ code: 1005, reason: '' })
  })

  test('of an upstream that dies as 1014, after what it said', async () => {
    open()
    const { socket, messages } = await client()
    const closed = closeOf(socket)
    socket.send('last words')
    await until(() => messages.length === 1)
    sockets[0]?.terminate()
    expect(await closed).toEqual({ code: 1014, reason: 'upstream lost' })
  })

  test('of a client that dies as 1006', async () => {
    open()
    const { socket } = await client()
    cut(socket)
    await until(() => closes.length === 1)
    expect(closes[0]?.code).toBe(1006)
  })

  test('to both sides when the server goes', async () => {
    open()
    const { socket } = await client()
    const closed = closeOf(socket)
    stage.proxy.close()
    expect((await closed).code).toBe(1001)
    await until(() => closes.length === 1)
    expect(closes[0]?.code).toBe(1001)
  })
})
