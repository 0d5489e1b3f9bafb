import { FakeClock, silentLogger, type Logger } from '@duet/base'
import { PROTOCOL_VERSION, type ServerMessage, type Welcome } from '@duet/protocol'
import type { RequestContext, Socket, SocketHandler } from '../../front/socket.ts'
import type { Casts } from '../../casts/casts.ts'
import { openCasts } from '../../casts/testing.ts'
import type { Hub } from '../../hub/hub.ts'
import { MemoryHub } from '../../hub/memory.ts'
import type { IceServers, OpenIceClient } from '../../ice-servers.ts'
import { iceClients } from '../../testing/ice-clients.ts'
import { createNativeGateway, type NativeGateway, type NativeGatewayOptions } from './gateway.ts'
import { DEFAULT_LIMITS, type NativeLimits } from './limits.ts'

export type Message = ServerMessage & Record<string, unknown>

/** RFC 6455 §7.1.5: no close frame was received. */
const ABNORMAL = 1006

/** A WebSocket in memory as the front gives it to a gateway, with its far end. For tests. */
export class FakeSocket implements Socket {
  readonly context: RequestContext
  readonly #handler: SocketHandler
  /** Everything that the gateway sent and the far end read. */
  readonly received: Message[] = []
  /** How it was closed; undefined while it is open. */
  closed: { code: number; by: 'server' | 'client' | 'network' } | undefined
  backlog = 0
  /** Pings that it was sent. */
  pings = 0
  #isReading = true

  constructor(context: RequestContext, handler: SocketHandler) {
    this.context = context
    this.#handler = handler
    handler.onOpen(this)
  }

  send(data: string | Uint8Array): boolean {
    if (this.closed) return false
    if (!this.#isReading) {
      this.backlog += data.length
      return true
    }
    this.received.push(JSON.parse(String(data)) as Message)
    return true
  }

  close(code: number): void {
    this.#end(code, 'server')
  }

  ping(): void {
    this.pings++
  }

  terminate(): void {
    this.#end(ABNORMAL, 'server')
  }

  /** The far end answers a ping. */
  pong(): void {
    if (!this.closed) this.#handler.onPong?.()
  }

  /** The far end sends a frame, and whatever it is arrives. */
  say(data: string | Uint8Array | object): void {
    if (this.closed) return
    const isFrame = typeof data === 'string' || data instanceof Uint8Array
    this.#handler.onMessage(isFrame ? data : JSON.stringify(data))
  }

  /** A frame that was on its way when the socket was closed. */
  sayLate(data: object): void {
    this.#handler.onMessage(JSON.stringify(data))
  }

  /** The far end closes. 1001: its tab was closed. */
  hangUp(code = 1001): void {
    this.#end(code, 'client')
  }

  /** The network between is gone, and both sides notice. */
  cut(): void {
    this.#end(ABNORMAL, 'network')
  }

  /** The far end does not take anything from the network any more. */
  stopReading(): void {
    this.#isReading = false
  }

  #end(code: number, by: 'server' | 'client' | 'network'): void {
    if (this.closed) return
    this.closed = { code, by }
    // The front promises the last call in a microtask; here the test waits for none.
    this.#handler.onClose(code)
  }
}

/** The client's end of a session: numbers what it says, as a right client does. */
export class FakeClient {
  readonly #stage: Stage
  socket: FakeSocket
  seq = 0

  constructor(stage: Stage, socket: FakeSocket) {
    this.#stage = stage
    this.socket = socket
  }

  /** What it was told, without the numbers, oldest first; pongs and acks left out. */
  get events(): Message[] {
    return this.socket.received.filter(({ type }) => !['welcome', 'pong', 'ack'].includes(type))
  }

  get types(): string[] {
    return this.events.map(({ type }) => type)
  }

  get welcome(): Welcome {
    const welcome = this.socket.received.find(({ type }) => type === 'welcome')
    if (!welcome) throw new Error('there was no welcome')
    return welcome as Welcome
  }

  /** The highest number received on this socket. */
  get ack(): number {
    return this.socket.received.reduce((ack, { seq }) => Math.max(ack, Number(seq ?? 0)), 0)
  }

  last(type: string): Message {
    const message = this.socket.received.findLast((each) => each.type === type)
    if (!message) throw new Error(`there was no ${type}`)
    return message
  }

  request(message: Record<string, unknown>): void {
    this.socket.say({ ...message, seq: ++this.seq, ack: this.ack })
  }

  join(room = 'lake', extra: Record<string, unknown> = {}): Message | undefined {
    this.request({ type: 'join', room, tag: `tag ${this.welcome.session}`, ...extra })
    return this.events.at(-1)
  }

  chat(body: string): void {
    this.request({ type: 'chat', body })
  }

  ping(): void {
    this.socket.say({ type: 'ping', ack: this.ack })
  }

  /** A new socket takes the session up again; `ack` is what it says that it has. */
  resume(ack = this.ack): void {
    const { session } = this.welcome
    this.socket = this.#stage.connect('192.0.2.1', this.socket.context.headers)
    this.socket.say({ type: 'hello', version: PROTOCOL_VERSION, session, ack })
  }
}

/** A gateway with its hub on a stage where time stands still. For tests. */
export class Stage {
  readonly clock: FakeClock
  readonly hub: MemoryHub
  readonly casts: Casts
  readonly gateway: NativeGateway
  readonly sockets: FakeSocket[] = []

  constructor({
    limits = {},
    iceServers = () => ({ servers: [], expiresAt: this.clock.now() + 3_600_000 }),
    openIceClient = iceClients(iceServers),
    gatewayHub,
    logger = silentLogger,
    clock = new FakeClock(),
    hub,
    ...options
  }: Pick<
    Partial<NativeGatewayOptions>,
    'people' | 'identify' | 'access' | 'captures' | 'casts' | 'media'
  > & {
    limits?: Partial<NativeLimits>
    iceServers?: () => IceServers
    openIceClient?: OpenIceClient
    /** The hub as its gateway sees it. */
    gatewayHub?: Hub
    logger?: Logger
    clock?: FakeClock
    hub?: MemoryHub
  } = {}) {
    this.clock = clock
    this.hub = hub ?? new MemoryHub(logger)
    this.casts = options.casts ?? openCasts(this.hub, clock)
    this.gateway = createNativeGateway({
      hub: gatewayHub ?? this.hub,
      casts: this.casts,
      openIceClient,
      clock: this.clock,
      logger,
      limits: { ...DEFAULT_LIMITS, ...limits },
      ...options,
    })
  }

  /** Opens a socket; throws when the gateway does not accept it. */
  connect(address = '192.0.2.1', headers?: Headers): FakeSocket {
    const socket = this.tryConnect(address, headers)
    if (socket instanceof Response) throw new Error(`not accepted: ${socket.status}`)
    return socket
  }

  tryConnect(address: string, headers = new Headers()): FakeSocket | Response {
    const [route] = this.gateway.routes
    if (!route) throw new Error('the gateway has no route')
    const context = {
      url: new URL('https://duet.example/ws'),
      headers,
      address,
      isSecure: true,
      host: 'duet.example',
    }
    const handler = route.accept(context)
    if (handler instanceof Promise) throw new Error('nothing has to be looked up')
    if (handler instanceof Response) return handler
    const socket = new FakeSocket(context, handler)
    this.sockets.push(socket)
    return socket
  }

  /** A client that has said hello. */
  greet(address?: string, headers?: Headers): FakeClient {
    const socket = this.connect(address, headers)
    socket.say({ type: 'hello', version: PROTOCOL_VERSION })
    return new FakeClient(this, socket)
  }

  /** Two clients in one room. */
  pair(room = 'lake'): [FakeClient, FakeClient] {
    const [a, b] = [this.greet(), this.greet()]
    a.join(room)
    b.join(room)
    return [a, b]
  }

  /** Lets time pass while the clients that are given ping, as right clients do. */
  advance(ms: number, ...pinging: FakeClient[]): void {
    const end = this.clock.now() + ms
    while (this.clock.now() < end) {
      for (const client of pinging) client.ping()
      this.clock.advance(Math.min(1_000, end - this.clock.now()))
    }
  }
}
