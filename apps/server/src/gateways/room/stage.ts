import { FakeClock, silentLogger, type Logger } from '@duet/base'
import type { RequestContext, Socket, SocketHandler } from '../../front/socket.ts'
import { MemoryHub } from '../../hub/memory.ts'
import { DIALECT_LIMITS, type DialectLimits } from '../dialect-limits.ts'
import { createRoomGateway, type RoomGateway } from './gateway.ts'

/** What a client hears: the event's name and its arguments. */
export type Heard = readonly unknown[]

/** A gateway with clients that have no network: WebSockets of version 4. For tests. */
export class Stage {
  readonly clock = new FakeClock()
  readonly hub: MemoryHub
  readonly gateway: RoomGateway

  constructor(limits: Partial<DialectLimits> = {}, logger: Logger = silentLogger) {
    this.hub = new MemoryHub(logger)
    this.gateway = createRoomGateway({
      hub: this.hub,
      clock: this.clock,
      logger,
      limits: { ...DIALECT_LIMITS, ...limits },
    })
  }

  /** Opens a WebSocket; the answer instead, when there is none. */
  open(query = 'EIO=4&transport=websocket', address = '192.0.2.1'): FakeClient | Response {
    const context: RequestContext = {
      url: new URL(`http://duet.example/socket.io/?${query}`),
      headers: new Headers(),
      address,
      isSecure: false,
      host: 'duet.example',
    }
    const handler = this.gateway.routes.at(-1)?.accept(context)
    if (!handler || handler instanceof Promise) throw new Error('no route that answers at once')
    return handler instanceof Response ? handler : new FakeClient(context, handler)
  }

  /** A client with a Socket.IO socket. */
  async connect(query?: string): Promise<FakeClient> {
    const client = this.open(query)
    if (client instanceof Response) throw new Error(await client.text())
    await settled()
    client.write('40')
    await settled()
    return client
  }

  /** Two clients in one room, with what they heard of that forgotten. */
  async pair(room = 'lake'): Promise<[FakeClient, FakeClient]> {
    const [a, b] = [await this.connect(), await this.connect()]
    await a.say('join', room)
    await b.say('join', room)
    a.take()
    b.take()
    return [a, b]
  }
}

/** One WebSocket, seen from its client's end. */
export class FakeClient implements Socket {
  readonly context: RequestContext
  backlog = 0
  /** As they were sent. */
  readonly frames: (string | Uint8Array)[] = []
  /** The code with which the server closed it; 1006 when it was cut. */
  closed: number | undefined
  readonly #handler: SocketHandler
  #heard: Heard[] = []

  constructor(context: RequestContext, handler: SocketHandler) {
    this.context = context
    this.#handler = handler
    handler.onOpen(this)
  }

  /** The id of its Socket.IO socket. */
  get id(): string {
    const frame = this.frames.find((one) => typeof one === 'string' && one.startsWith('40'))
    return (JSON.parse(String(frame).slice(2)) as { sid: string }).sid
  }

  /** Everything heard since the last time. */
  take(): Heard[] {
    return this.#heard.splice(0)
  }

  /** Sends an event, and waits until the server is done with it. */
  async say(event: string, ...args: unknown[]): Promise<void> {
    this.write(`42${JSON.stringify([event, ...args])}`)
    await settled()
  }

  /** Sends a frame. */
  write(data: string | Uint8Array): void {
    if (this.closed === undefined) this.#handler.onMessage(data)
  }

  /** Its network is gone. */
  async drop(): Promise<void> {
    if (this.closed !== undefined) return
    this.closed = 1006
    this.#handler.onClose(1006)
    await settled()
  }

  send(data: string | Uint8Array): boolean {
    if (this.closed !== undefined) return false
    this.frames.push(data)
    if (typeof data === 'string' && data.startsWith('42')) {
      this.#heard.push(JSON.parse(data.slice(2)) as Heard)
    }
    return true
  }

  close(code: number): void {
    this.#end(code)
  }

  ping(): void {}

  terminate(): void {
    this.#end(1006)
  }

  #end(code: number): void {
    if (this.closed !== undefined) return
    this.closed = code
    queueMicrotask(() => this.#handler.onClose(code))
  }
}

/** Everything that was put off by ticks and promises has happened. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
