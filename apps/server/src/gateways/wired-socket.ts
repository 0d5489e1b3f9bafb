import { opened } from '../front/testing.ts'
import { until } from '../testing/until.ts'
import { Wire } from './wire.ts'

/** A WebSocket whose network can break. For tests. */
export class WiredSocket {
  readonly #wire: Wire
  readonly #socket: WebSocket
  #pongs = 0

  private constructor(wire: Wire, socket: WebSocket) {
    this.#wire = wire
    this.#socket = socket
    socket.addEventListener('pong' as 'message', () => this.#pongs++)
  }

  static async open(port: number, path: string, protocols: string[] = []): Promise<WiredSocket> {
    const wire = await Wire.open(port)
    const address = `ws://127.0.0.1:${wire.port}${path}`
    return new WiredSocket(wire, await opened(new WebSocket(address, protocols)))
  }

  /** Calls `listener` with each frame that arrives. */
  listen(listener: (frame: string) => void): void {
    this.#socket.addEventListener('message', ({ data }) => listener(String(data)))
  }

  /** Sends a frame, unless it is closed. */
  send(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(data)
  }

  /** Resolves when the other end has answered, in order with everything else (RFC 6455 §5.5.2). */
  async ping(): Promise<void> {
    const before = this.#pongs
    const socket = this.#socket as WebSocket & { ping(): void }
    socket.ping()
    await until(() => this.#pongs > before)
  }

  /** Closes it in order. */
  async close(): Promise<void> {
    this.#socket.close()
    await this.#isClosed()
    this.#wire.cut()
  }

  /** Breaks the network below it. */
  async cut(): Promise<void> {
    this.#wire.cut()
    await this.#isClosed()
  }

  #isClosed(): Promise<void> {
    return until(() => this.#socket.readyState === WebSocket.CLOSED)
  }
}
