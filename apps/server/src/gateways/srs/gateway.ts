import type { Clock, Logger } from '@duet/base'
import { AddressCounter } from '../../bounds/address-counter.ts'
import { addressGroup } from '../../bounds/address-group.ts'
import type { RequestContext, SocketHandler, SocketRoute } from '../../front/socket.ts'
import type { Hub } from '../../hub/hub.ts'
import { OPEN_ACCESS, type RoomAccess } from '../../rooms/access.ts'
import { DIALECT_LIMITS, type DialectLimits } from '../dialect-limits.ts'
import type { Gateway } from '../gateway.ts'
import { Connection } from './connection.ts'
import { Displays } from './displays.ts'
import { socketRoute, versionsRoute } from './routes.ts'

export interface SrsGatewayOptions {
  hub: Hub
  /** Who may enter which room; everybody every one, when it is left out. */
  access?: RoomAccess
  clock: Clock
  logger: Logger
  /** Participants of a room in which everybody speaks this dialect; 0: the most that there can be. */
  capacity: number
  limits?: DialectLimits
}

/** What a gateway holds at one moment. */
export interface SrsLoad {
  connections: number
  /** Addresses that have connections. */
  addresses: number
  /** Displays of those in rooms. */
  displays: number
}

/** One tick of its connections. */
const TICK_MS = 1_000

/** The signaling of calls through a media server, as docs/dialects/srs.md specifies it. */
export function createSrsGateway(options: SrsGatewayOptions): SrsGateway {
  return new SrsGateway(options)
}

export class SrsGateway implements Gateway {
  readonly routes: readonly SocketRoute[]
  readonly httpRoutes = [versionsRoute]
  readonly #options: SrsGatewayOptions
  readonly #limits: DialectLimits
  readonly #openSockets: AddressCounter
  readonly #connections = new Set<Connection>()
  readonly #displays = new Displays<Connection>()
  readonly #cancelTicks: () => void
  #isClosed = false

  constructor(options: SrsGatewayOptions) {
    this.#options = options
    this.#limits = options.limits ?? DIALECT_LIMITS
    this.#openSockets = new AddressCounter({
      inAll: this.#limits.maxConnections,
      perAddress: this.#limits.maxConnectionsPerAddress,
    })
    this.routes = [socketRoute((context) => this.#accept(context))]
    this.#cancelTicks = options.clock.every(TICK_MS, () => {
      for (const connection of this.#connections) connection.tick()
    })
  }

  get load(): SrsLoad {
    return {
      connections: this.#connections.size,
      addresses: this.#openSockets.size,
      displays: this.#displays.size,
    }
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
      displays: this.#displays,
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
