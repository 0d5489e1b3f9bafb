import type { Clock, Logger } from '@duet/base'
import type { RequestContext, SocketHandler, SocketRoute } from '../../front/socket.ts'
import type { Hub } from '../../hub/hub.ts'
import { OPEN_ACCESS, type RoomAccess } from '../../rooms/access.ts'
import { Connections, type ConnectionsLoad } from '../connections.ts'
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

/** Bytes of a frame: 1 MB of data, and room for the rest. */
const MAX_MESSAGE_BYTES = 1024 * 1024 + 16 * 1024

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
  readonly #connections: Connections<Connection>

  constructor(options: TopicGatewayOptions) {
    this.#options = options
    this.#limits = options.limits ?? DIALECT_LIMITS
    this.#connections = new Connections(this.#limits, options.clock)
    this.routes = routesAt(options.paths, (context) => this.#accept(context))
  }

  get load(): ConnectionsLoad {
    return this.#connections.load
  }

  close(): Promise<void> {
    this.#connections.close()
    return Promise.resolve()
  }

  #accept({ address: ip }: RequestContext): SocketHandler | Response {
    const { hub, access = OPEN_ACCESS, clock, capacity, logger } = this.#options
    const limits = this.#limits
    return this.#connections.accept(
      ip,
      (onClosed) => new Connection({ ip, hub, access, clock, capacity, limits, logger, onClosed }),
    )
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
