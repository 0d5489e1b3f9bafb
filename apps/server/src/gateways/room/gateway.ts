import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Clock, Logger } from '@duet/base'
import { Server as Engine, type Socket as EngineConnection } from 'engine.io'
import { Server, type Socket } from 'socket.io'
import { AddressCounter } from '../../bounds/address-counter.ts'
import { addressGroup } from '../../bounds/address-group.ts'
import type { HttpRoute, RequestContext, SocketHandler, SocketRoute } from '../../front/socket.ts'
import type { Hub } from '../../hub/hub.ts'
import { OPEN_ACCESS, type RoomAccess } from '../../rooms/access.ts'
import { DIALECT_LIMITS, type DialectLimits } from '../dialect-limits.ts'
import type { Gateway } from '../gateway.ts'
import { Client } from './client.ts'
import { ClientFiles } from './client-files.ts'
import { allowOrigin, answerPreflight } from './cors.ts'
import { EngineRequest } from './engine-request.ts'
import { Exchange } from './exchange.ts'
import { createParser, MeteredDecoder } from './parser.ts'
import { PATHS, PREFIX } from './paths.ts'
import { send } from './send.ts'
import { Upgrade, UpgradeEngine } from './upgrade.ts'
import { boundWaitingPackets } from './waiting-packets.ts'

/** A frame, or a body with several packets. */
const MAX_MESSAGE_BYTES = 1_000_000

/** A dead client is gone after both. */
const PING_INTERVAL_MS = 5_000
const PING_TIMEOUT_MS = 5_000

/** How long a connection may be open without a Socket.IO socket on it. */
const CONNECT_TIMEOUT_MS = 10_000

export interface RoomGatewayOptions {
  hub: Hub
  /** Who may enter which room; everybody every one, when it is left out. */
  access?: RoomAccess
  clock: Clock
  logger: Logger
  limits?: DialectLimits
}

/** What a gateway holds at one moment. */
export interface RoomLoad {
  /** Engine connections, over whichever transport. */
  connections: number
  /** Socket.IO sockets on them. */
  clients: number
  /** Addresses that have connections. */
  addresses: number
}

/** Named rooms for two over Socket.IO, as docs/dialects/room.md specifies it. */
export function createRoomGateway(options: RoomGatewayOptions): RoomGateway {
  return new RoomGateway(options)
}

export class RoomGateway implements Gateway {
  readonly routes: readonly SocketRoute[]
  readonly httpRoutes: readonly HttpRoute[]
  readonly #options: RoomGatewayOptions
  readonly #limits: DialectLimits
  readonly #open: AddressCounter
  readonly #files = new ClientFiles()
  readonly #engine: Engine
  readonly #io: Server
  readonly #clients = new Set<Client>()
  #isClosed = false

  constructor(options: RoomGatewayOptions) {
    this.#options = options
    this.#limits = options.limits ?? DIALECT_LIMITS
    this.#open = new AddressCounter({
      inAll: this.#limits.maxConnections,
      perAddress: this.#limits.maxConnectionsPerAddress,
    })
    this.routes = PATHS.map((path) => ({
      path,
      maxMessageBytes: MAX_MESSAGE_BYTES,
      isPlainAllowed: true,
      accept: (context) => this.#accept(context),
    }))
    this.httpRoutes = [
      {
        prefix: PREFIX,
        maxBodyBytes: MAX_MESSAGE_BYTES,
        isPlainAllowed: true,
        respond: async (context, request) =>
          allowOrigin(request, await this.#respond(context, request)),
      },
    ]
    this.#engine = new Engine({
      wsEngine: UpgradeEngine,
      allowEIO3: true,
      pingInterval: PING_INTERVAL_MS,
      pingTimeout: PING_TIMEOUT_MS,
      maxHttpBufferSize: MAX_MESSAGE_BYTES,
      httpCompression: false,
      perMessageDeflate: false,
    })
    this.#engine.on('connection', (connection: EngineConnection) => this.#watch(connection))
    this.#engine.on('connection_error', ({ code, message }: { code: number; message: string }) =>
      options.logger.debug('refused by the engine', { code, reason: message }),
    )
    this.#io = new Server({
      parser: createParser(this.#limits, options.clock),
      connectTimeout: CONNECT_TIMEOUT_MS,
      serveClient: false,
    })
    this.#io.bind(this.#engine)
    this.#io.on('connection', (socket) => this.#welcome(socket))
  }

  get load(): RoomLoad {
    return {
      connections: this.#engine.clientsCount,
      clients: this.#clients.size,
      addresses: this.#open.size,
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const client of this.#clients) client.parentClosed()
    await this.#io.close()
  }

  #accept(context: RequestContext): SocketHandler | Response {
    if (this.#isClosed) return goingAway()
    if (isAmbiguous(context)) return ambiguous()
    const release = this.#admit(context)
    if (!release) return tooMany()
    const request = new EngineRequest({ context, method: 'GET', release })
    const upgrade = new Upgrade({
      isVersion3: request.isVersion3,
      clock: this.#options.clock,
      maxBacklogBytes: this.#limits.maxBacklogBytes,
      logger: this.#options.logger,
      onClosed: release,
    })
    this.#engine.handleUpgrade(
      request as unknown as IncomingMessage,
      upgrade as unknown as Duplex,
      Buffer.alloc(0),
    )
    const { refusal } = upgrade
    if (refusal) release()
    return refusal ?? upgrade
  }

  #respond(context: RequestContext, request: Request): Response | Promise<Response> {
    const { pathname } = context.url
    if (request.method === 'OPTIONS') return answerPreflight(request)
    const file = this.#files.respond(pathname, request)
    if (file) return file
    if (!PATHS.includes(pathname)) return plain(404, 'Not found')
    if (this.#isClosed) return goingAway()
    if (isAmbiguous(context)) return ambiguous()
    const release = this.#admit(context)
    if (!release) return tooMany()
    const { logger } = this.#options
    const exchange = new Exchange({ context, request, release, logger })
    this.#engine.handleRequest(
      exchange.request as unknown as IncomingMessage,
      exchange as unknown as ServerResponse,
    )
    if (request.method === 'POST') void exchange.readBody()
    return exchange.answer
  }

  /** Counts a new session; gives what counts it out, once. Undefined: there are too many. */
  #admit({ url, address }: RequestContext): (() => void) | undefined {
    if (url.searchParams.get('sid')) return () => {}
    const group = addressGroup(address)
    if (!this.#open.admit(group)) return undefined
    let isCounted = true
    return () => {
      if (isCounted) this.#open.release(group)
      isCounted = false
    }
  }

  #watch(connection: EngineConnection): void {
    const request: unknown = connection.request
    if (request instanceof EngineRequest) connection.once('close', request.release)
    if (connection.transport.name === 'polling') {
      boundWaitingPackets(connection, this.#limits.maxBacklogBytes)
    }
  }

  #welcome(socket: Socket): void {
    const { hub, access = OPEN_ACCESS, clock, logger } = this.#options
    const client = new Client({
      id: socket.id,
      hub,
      access,
      clock,
      limits: this.#limits,
      logger: logger.with({ socket: socket.id }),
      send: (event, room, what) => send(socket, event, [room, what]),
    })
    this.#clients.add(client)
    const decoder: unknown = socket.client['decoder']
    if (decoder instanceof MeteredDecoder) {
      decoder.onMessage = (room, said) => client.handleMessage(room, said)
    }
    socket.on('join', (room: unknown) => client.handleJoin(room))
    socket.on('message', (room: unknown, data: unknown) => client.handleMessage(room, data))
    socket.on('leave', (room: unknown) => client.handleLeave(room))
    socket.on('disconnect', () => {
      this.#clients.delete(client)
      client.close()
    })
  }
}

/** Whether the engine could take another session, or version, for it than is counted here. */
function isAmbiguous({ url }: RequestContext): boolean {
  return ['sid', 'EIO'].some((name) => url.searchParams.getAll(name).length > 1)
}

function ambiguous(): Response {
  return plain(400, 'Say sid and EIO once.')
}

function goingAway(): Response {
  return plain(503, 'The server is going away.')
}

function tooMany(): Response {
  return plain(429, 'Too many connections.')
}

function plain(status: number, text: string): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  })
}
