import type { Clock, Logger } from '@duet/base'
import { AddressCounter } from '../../bounds/address-counter.ts'
import { addressGroup } from '../../bounds/address-group.ts'
import type { RequestContext, SocketHandler, SocketRoute } from '../../front/socket.ts'
import type { Hub } from '../../hub/hub.ts'
import { OPEN_ACCESS, type RoomAccess } from '../../rooms/access.ts'
import { DIALECT_LIMITS, type DialectLimits } from '../dialect-limits.ts'
import type { Gateway } from '../gateway.ts'
import { Connection } from './connection.ts'

export interface TopicGatewayOptions {
  hub: Hub
  /** Who may enter which room; everybody every one, when it is left out. */
  access?: RoomAccess
  clock: Clock
  logger: Logger
  /** Where it is served. */
  paths: readonly string[]
  /** Subscribers of a `room-` subject that hear each other; 0: all of them. */
  capacity: number
  limits?: DialectLimits
}

/** What a gateway holds at one moment. */
export interface TopicLoad {
  connections: number
  /** Addresses that have connections. */
  addresses: number
}

/** Bytes of a frame: 1 MB of data, and room for the rest. */
const MAX_MESSAGE_BYTES = 1024 * 1024 + 16 * 1024

/** One tick of its connections. */
const TICK_MS = 1_000

/** Publish and subscribe over plain WebSocket, as docs/dialects/topic.md specifies it. */
export function createTopicGateway(options: TopicGatewayOptions): TopicGateway {
  return new TopicGateway(options)
}

/** In its place when it is switched off: says how to switch it on. */
export function refuseTopicDialect(paths: readonly string[]): Gateway {
  const sentence = 'The topic dialect is switched off here; --dialects topic switches it on.\n'
  return {
    routes: routesAt(paths, () => new Response(sentence, { status: 404 })),
    httpRoutes: [],
    close: () => Promise.resolve(),
  }
}

export class TopicGateway implements Gateway {
  readonly routes: readonly SocketRoute[]
  readonly httpRoutes = []
  readonly #options: TopicGatewayOptions
  readonly #limits: DialectLimits
  readonly #openSockets: AddressCounter
  readonly #connections = new Set<Connection>()
  readonly #cancelTicks: () => void
  #isClosed = false

  constructor(options: TopicGatewayOptions) {
    this.#options = options
    this.#limits = options.limits ?? DIALECT_LIMITS
    this.#openSockets = new AddressCounter({
      inAll: this.#limits.maxConnections,
      perAddress: this.#limits.maxConnectionsPerAddress,
    })
    this.routes = routesAt(options.paths, (context) => this.#accept(context))
    this.#cancelTicks = options.clock.every(TICK_MS, () => {
      for (const connection of this.#connections) connection.tick()
    })
  }

  get load(): TopicLoad {
    return { connections: this.#connections.size, addresses: this.#openSockets.size }
  }

  close(): Promise<void> {
    if (this.#isClosed) return Promise.resolve()
    this.#isClosed = true
    this.#cancelTicks()
    for (const connection of this.#connections) connection.parentClosed()
    return Promise.resolve()
  }

  #accept(context: RequestContext): SocketHandler | Response {
    if (this.#isClosed) return new Response('The server is going away.\n', { status: 503 })
    const group = addressGroup(context.address)
    if (!this.#openSockets.admit(group)) {
      return new Response('Too many connections.\n', { status: 429 })
    }
    const { hub, access = OPEN_ACCESS, clock, capacity, logger } = this.#options
    const connection = new Connection({
      hub,
      access,
      clock,
      capacity,
      limits: this.#limits,
      logger,
      onClosed: () => {
        this.#connections.delete(connection)
        this.#openSockets.release(group)
      },
    })
    this.#connections.add(connection)
    return connection
  }
}

/** Pages may stand at the same addresses. */
function routesAt(paths: readonly string[], accept: SocketRoute['accept']): SocketRoute[] {
  return paths.map((path) => ({
    path,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    isPlainAllowed: true,
    isPathShared: true,
    accept,
  }))
}
