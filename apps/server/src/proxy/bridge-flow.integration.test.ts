import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import { createHash } from 'node:crypto'
import type { Socket } from 'node:net'
import type { Server, ServerWebSocket } from 'bun'
import { closeOf, connectWithoutReading, opened } from '../front/testing.ts'
import { until } from '../testing/until.ts'
import { PING_INTERVAL_MS } from './limits.ts'
import { openRawUpstream } from './raw-upstream.ts'
import { openStage, openUpstream, type ProxyStage } from './testing.ts'

const MESSAGE_BYTES = 1024 * 1024
const MESSAGES = 160

/** What the proxy, the runtime and the system's buffers may hold of one direction. */
const MAX_HELD_BYTES = 64 * 1024 * 1024

setDefaultTimeout(60_000)

let upstream: Server<string>
let stage: ProxyStage
/** At the upstream. */
let sockets: ServerWebSocket<string>[] = []
let received: number[] = []
let pings = 0
let closes: number[] = []

beforeEach(() => {
  sockets = []
  received = []
  closes = []
  pings = 0
  upstream = openUpstream(
    (request, server) =>
      server.upgrade(request, { data: '' }) ? undefined : new Response('no upgrade'),
    {
      open: (ws) => void sockets.push(ws),
      message: (_, data) => void received.push(data.length),
      ping: () => void (pings += 1),
      close: (_, code) => void closes.push(code),
    },
  )
  stage = openStage(0, { rules: [['/ws', `http://127.0.0.1:${upstream.port}`]] })
})

afterEach(async () => {
  await stage.close()
  await upstream.stop(true)
  await until(() => stage.proxy.counts.sockets === 0)
  expect(stage.clock.pending).toBe(0)
})

async function client(): Promise<WebSocket> {
  const socket = await opened(new WebSocket(`ws://127.0.0.1:${stage.port}/ws`))
  await until(() => sockets.length === 1)
  return socket
}

/** One that reads nothing until it is resumed. */
async function idleClient(): Promise<Socket> {
  const socket = await connectWithoutReading(stage.port)
  await until(() => sockets.length === 1)
  return socket
}

/** Resolves when a count has not changed for a while. */
async function settled(count: () => number): Promise<number> {
  for (let [last, same] = [-1, 0]; same < 25;) {
    const now = count()
    same = now === last ? same + 1 : 0
    last = now
    await Bun.sleep(10)
  }
  return count()
}

function flood(): void {
  const message = new Uint8Array(MESSAGE_BYTES)
  for (let index = 0; index < MESSAGES; index += 1) sockets[0]?.send(message)
}

const waiting = () => sockets[0]?.getBufferedAmount() ?? 0

test('a client that does not read holds the upstream up, and gets all once it reads', async () => {
  const socket = await idleClient()
  flood()
  expect(await settled(waiting)).toBeGreaterThan(MESSAGES * MESSAGE_BYTES - MAX_HELD_BYTES)
  let bytes = 0
  socket.on('data', (data) => (bytes += data.length))
  socket.resume()
  await until(() => bytes > MESSAGES * MESSAGE_BYTES)
  sockets[0]?.close(1000)
  await until(() => closes.length === 1)
  socket.destroy()
})

test('an upstream that does not read holds the client up, and gets all once it reads', async () => {
  const socket = await client()
  sockets[0]?.pause()
  const message = new Uint8Array(MESSAGE_BYTES)
  for (let index = 0; index < MESSAGES; index += 1) socket.send(message)
  const held = await settled(() => socket.bufferedAmount)
  expect(held).toBeGreaterThan(MESSAGES * MESSAGE_BYTES - MAX_HELD_BYTES)
  sockets[0]?.resume()
  await until(() => received.length === MESSAGES)
  expect(new Set(received)).toEqual(new Set([MESSAGE_BYTES]))
  socket.close()
})

test('messages of both directions pass while a slow one is held up', async () => {
  const socket = await client()
  sockets[0]?.pause()
  const message = new Uint8Array(MESSAGE_BYTES)
  for (let index = 0; index < MESSAGES; index += 1) socket.send(message)
  await settled(() => socket.bufferedAmount)
  const heard = new Promise((resolve) => socket.addEventListener('message', resolve))
  sockets[0]?.send('still here')
  expect(((await heard) as MessageEvent).data).toBe('still here')
  sockets[0]?.resume()
  await until(() => received.length === MESSAGES)
  socket.close()
})

test('an upstream that dies while the client does not read leaves nothing behind', async () => {
  const socket = await idleClient()
  flood()
  await settled(waiting)
  sockets[0]?.terminate()
  // What it said before is waiting to be read, so nobody sees that it is gone but by the client.
  for (let looks = 0; looks < 3; looks += 1) stage.clock.advance(PING_INTERVAL_MS)
  await until(() => stage.proxy.counts.sockets === 0)
  socket.destroy()
})

test('a client that dies while the upstream does not read leaves nothing behind', async () => {
  const socket = await client()
  sockets[0]?.pause()
  const message = new Uint8Array(MESSAGE_BYTES)
  for (let index = 0; index < MESSAGES; index += 1) socket.send(message)
  await settled(() => socket.bufferedAmount)
  ;(socket as unknown as { terminate(): void }).terminate()
  // What it said last is still to be read before anybody sees that it is gone.
  sockets[0]?.resume()
  await until(() => stage.proxy.counts.sockets === 0)
  expect(closes).toEqual([1006])
})

test('sides that say nothing are kept as long as they answer pings', async () => {
  const socket = await client()
  for (let times = 1; times <= 5; times += 1) {
    stage.clock.advance(PING_INTERVAL_MS)
    await until(() => pings === times)
    // An answer of the client's has the same way behind it.
    socket.send('after the ping')
    await until(() => received.length === times)
    sockets[0]?.send('after the pong')
  }
  expect(socket.readyState).toBe(WebSocket.OPEN)
  socket.close()
})

test('a client that gives no sign of life is gone, which the upstream is told', async () => {
  const socket = await idleClient()
  stage.clock.advance(PING_INTERVAL_MS)
  await until(() => pings === 1)
  expect(stage.proxy.counts.sockets).toBe(1)
  stage.clock.advance(PING_INTERVAL_MS)
  await until(() => closes.length === 1)
  expect(closes).toEqual([1006])
  socket.destroy()
})

test('an upstream that gives no sign of life is gone, which the client is told', async () => {
  const silent = await openRawUpstream((socket, head) => socket.write(handshakeFor(head)))
  await stage.close()
  stage = openStage(0, { rules: [['/ws', `http://127.0.0.1:${silent.port}`]] })
  const socket = await opened(new WebSocket(`ws://127.0.0.1:${stage.port}/ws`))
  const closed = closeOf(socket)
  const heard = () => silent.heard.join('').length
  const handshake = heard()
  stage.clock.advance(PING_INTERVAL_MS)
  await until(() => heard() > handshake)
  const ping = heard()
  // The client lives: what it says goes the same way as its answer to a ping.
  socket.send('here')
  await until(() => heard() > ping)
  stage.clock.advance(PING_INTERVAL_MS)
  expect(await closed).toEqual({ code: 1014, reason: 'upstream lost' })
  silent.close()
})

/** What opens a WebSocket (RFC 6455 §4.2.2). */
function handshakeFor(head: string): string {
  const key = /sec-websocket-key: *(\S+)/i.exec(head)?.[1]
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
  return [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept.digest('base64')}`,
    '\r\n',
  ].join('\r\n')
}
