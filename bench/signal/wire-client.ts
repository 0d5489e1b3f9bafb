import type { Socket } from 'bun'
import { clientFrame, FrameReader, OPCODE } from './frames.ts'

/** Where a client connects to. */
export interface Address {
  host: string
  port: number
  isSecure: boolean
  path: string
  /** The subprotocol that it offers. */
  protocol?: string
}

const HANDSHAKE_TIMEOUT_MS = 20_000

/**
 * opening: the handshake. talking: messages are read one by one with `next`. loaded: every frame
 * goes to `onFrame`. closed: final.
 */
type State = 'opening' | 'talking' | 'loaded' | 'closed'

/**
 * A WebSocket on a bare TCP or TLS socket: so little work per frame that one core of it loads a
 * server's core to the brim.
 */
export class WireClient {
  /** Hears every text frame under load. */
  onFrame: (payload: Buffer) => void = () => {}
  /** Hears that the server closed the connection, or that it broke. */
  onLost: (why: string) => void = () => {}
  readonly #reader = new FrameReader((payload, opcode) => this.#receive(payload, opcode))
  readonly #messages: string[] = []
  #state: State = 'opening'
  #head = ''
  #socket: Socket | undefined
  #unsent: Uint8Array[] = []
  #wake = (): void => {}

  /** Resolves when the WebSocket is open. */
  static async connect(address: Address): Promise<WireClient> {
    const client = new WireClient()
    client.#socket = await Bun.connect({
      hostname: address.host,
      port: address.port,
      ...(address.isSecure ? { tls: { rejectUnauthorized: false } } : {}),
      socket: {
        open: (socket) => {
          if (!address.isSecure) socket.write(upgradeRequest(address))
        },
        handshake: (socket) => {
          socket.write(upgradeRequest(address))
        },
        data: (_, chunk) => client.#read(chunk),
        drain: () => client.#flush(),
        close: () => client.#end('the server closed a connection'),
        error: (_, error) => client.#end(String(error)),
      },
    })
    await client.#until(() => client.#state !== 'opening')
    return client
  }

  /** The next message that `isWanted`; those before it are dropped. */
  async next(isWanted: (message: string) => boolean): Promise<string> {
    for (;;) {
      await this.#until(() => this.#messages.length > 0)
      const message = this.#messages.shift()
      if (message !== undefined && isWanted(message)) return message
    }
  }

  /** From now on frames go to `onFrame`. */
  load(): void {
    if (this.#state === 'talking') this.#state = 'loaded'
  }

  say(message: string): void {
    this.write(clientFrame(message).bytes)
  }

  /** Sends a frame. What the network does not take at once is copied and follows. */
  write(frame: Uint8Array): void {
    if (this.#state === 'closed') return
    if (this.#unsent.length > 0) {
      this.#unsent.push(frame.slice())
      return
    }
    const written = Math.max(0, this.#socket?.write(frame) ?? 0)
    if (written < frame.length) this.#unsent.push(frame.slice(written))
  }

  close(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#socket?.end()
  }

  #flush(): void {
    const unsent = this.#unsent
    this.#unsent = []
    for (const bytes of unsent) this.write(bytes)
  }

  #read(chunk: Buffer): void {
    if (this.#state !== 'opening') {
      this.#reader.read(chunk)
      return
    }
    this.#head += chunk.toString('latin1')
    const end = this.#head.indexOf('\r\n\r\n')
    if (end === -1) return
    if (!this.#head.startsWith('HTTP/1.1 101')) {
      this.#end(`no WebSocket: ${this.#head.slice(0, 200)}`)
      return
    }
    this.#state = 'talking'
    const rest = this.#head.slice(end + 4)
    if (rest.length > 0) this.#reader.read(Buffer.from(rest, 'latin1'))
    this.#wake()
  }

  #receive(payload: Buffer, opcode: number): void {
    if (opcode === OPCODE.ping) this.write(clientFrame(payload, OPCODE.pong).bytes)
    else if (opcode === OPCODE.close) this.#end(`the server closed: ${closeReason(payload)}`)
    else if (opcode !== OPCODE.text) return
    else if (this.#state === 'loaded') this.onFrame(payload)
    else {
      this.#messages.push(payload.toString())
      this.#wake()
    }
  }

  #end(why: string): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#socket?.end()
    this.#wake()
    this.onLost(why)
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      if (this.#state === 'closed') throw new Error(`a connection ended early: ${this.#head}`)
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const timer = setTimeout(() => {
        reject(new Error('the server did not answer'))
      }, HANDSHAKE_TIMEOUT_MS)
      this.#wake = resolve
      await promise.finally(() => clearTimeout(timer))
    }
  }
}

/** RFC 6455 §4.1 */
function upgradeRequest({ host, port, path, protocol }: Address): string {
  return [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${Buffer.alloc(16, 7).toString('base64')}`,
    ...(protocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]),
    '\r\n',
  ].join('\r\n')
}

function closeReason(payload: Buffer): string {
  return payload.length < 2
    ? 'no code'
    : `${payload.readUInt16BE(0)} ${payload.toString('utf8', 2)}`
}
