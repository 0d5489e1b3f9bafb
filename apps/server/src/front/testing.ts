import { connect, type Socket as TcpSocket } from 'node:net'
import { silentLogger, systemClock } from '@duet/base'
import { createFront, type Front, type FrontOptions } from './front.ts'
import type { Socket, SocketHandler, SocketRoute } from './socket.ts'

/** A front on a free loopback port that answers pages with `page`. */
export function openFront(options: Partial<FrontOptions> = {}): { front: Front; port: number } {
  const front = createFront({
    hosts: ['127.0.0.1'],
    httpPorts: [0],
    httpsPorts: [],
    tls: [],
    routes: [],
    httpRoutes: [],
    respond: () => new Response('page'),
    isTrustedProxy: (address) => address === '127.0.0.1',
    clock: systemClock,
    logger: silentLogger,
    ...options,
  })
  return { front, port: front.listeners[0]?.port ?? 0 }
}

/** A handler that keeps what it is told. */
export class RecordingHandler implements SocketHandler {
  readonly messages: (string | Uint8Array)[] = []
  readonly closes: number[] = []
  readonly opened: Promise<Socket>
  readonly closed: Promise<number>
  onOpen: (socket: Socket) => void = () => {}
  #tellClosed: (code: number) => void = () => {}

  constructor() {
    this.opened = new Promise((resolve) => (this.onOpen = resolve))
    this.closed = new Promise((resolve) => (this.#tellClosed = resolve))
  }

  onMessage(data: string | Uint8Array): void {
    this.messages.push(data)
  }

  onClose(code: number): void {
    this.closes.push(code)
    this.#tellClosed(code)
  }
}

/** A route at `/ws` for this handler. */
export function routeFor(handler: SocketHandler, more: Partial<SocketRoute> = {}): SocketRoute {
  return { path: '/ws', maxMessageBytes: 1000, accept: () => handler, ...more }
}

/** A WebSocket client that does not read until its socket is resumed. */
export function connectWithoutReading(port: number, protocol?: string): Promise<TcpSocket> {
  const lines = [...UPGRADE_REQUEST, ...(protocol ? [`Sec-WebSocket-Protocol: ${protocol}`] : [])]
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\n\r\n`))
    socket.once('error', reject)
    socket.once('data', () => resolve(socket.pause()))
  })
}

const UPGRADE_REQUEST = [
  'GET /ws HTTP/1.1',
  'Host: localhost',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  'Sec-WebSocket-Version: 13',
]

/**
 * Sends this on a TCP connection and returns all that comes back until it ends; in `latin1` a
 * character is a byte.
 */
export function exchangeRaw(
  port: number,
  text: string,
  encoding: 'utf8' | 'latin1' = 'utf8',
): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text, encoding))
    socket.on('data', (data) => (answer += data.toString(encoding)))
    socket.on('error', reject)
    socket.on('close', () => resolve(answer))
  })
}

/** The code and reason with which this client's WebSocket ends. */
export function closeOf(client: WebSocket): Promise<{ code: number; reason: string }> {
  return new Promise((resolve) => {
    client.addEventListener('close', ({ code, reason }) => resolve({ code, reason }))
  })
}

/** Resolves when the WebSocket is open, and rejects when it can't be opened. */
export function opened(client: WebSocket): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    client.addEventListener('open', () => resolve(client))
    client.addEventListener('close', () => reject(new Error('not opened')))
  })
}
