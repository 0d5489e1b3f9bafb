import type { Clock, Logger } from '@duet/base'
import type { CapturePurpose } from '@duet/protocol'
import type { RequestContext, SocketHandler, SocketRoute } from '../../front/socket.ts'
import type { Hub } from '../../hub/hub.ts'
import { OPEN_ACCESS, type RoomAccess } from '../../rooms/access.ts'
import { Connections, type ConnectionsLoad } from '../connections.ts'
import { DIALECT_LIMITS, type DialectLimits } from '../dialect-limits.ts'
import type { Gateway } from '../gateway.ts'
import { Connection } from './connection.ts'
import { Displays } from './displays.ts'
import type { OwnTokens } from './own-tokens.ts'
import { socketRoute, versionsRoute } from './routes.ts'

export interface SrsGatewayOptions {
  hub: Hub
  /** Who may enter which room; everybody every one, when it is left out. */
  access?: RoomAccess
  clock: Clock
  logger: Logger
  /** Participants of a room in which everybody speaks this dialect; 0: the most that there can be. */
  capacity: number
  /** What calls can be taken for; nothing, when it is left out. */
  captures?: readonly CapturePurpose[]
  /** Proves to the media server whose stream it is; nothing does, when it is left out. */
  media?: OwnTokens
  limits?: DialectLimits
}

/** What a gateway holds at one moment. */
export interface SrsLoad extends ConnectionsLoad {
  /** Displays of those in rooms. */
  displays: number
}

/** The signaling of calls through a media server, as docs/dialects/srs.md specifies it. */
export function createSrsGateway(options: SrsGatewayOptions): SrsGateway {
  return new SrsGateway(options)
}

export class SrsGateway implements Gateway {
  readonly routes: readonly SocketRoute[]
  readonly httpRoutes = [versionsRoute]
  readonly #options: SrsGatewayOptions
  readonly #limits: DialectLimits
  readonly #connections: Connections<Connection>
  readonly #displays = new Displays<Connection>()

  constructor(options: SrsGatewayOptions) {
    this.#options = options
    this.#limits = options.limits ?? DIALECT_LIMITS
    this.#connections = new Connections(this.#limits, options.clock)
    this.routes = [socketRoute((context) => this.#accept(context))]
  }

  get load(): SrsLoad {
    return { ...this.#connections.load, displays: this.#displays.size }
  }

  close(): Promise<void> {
    this.#connections.close()
    return Promise.resolve()
  }

  #accept({ address: ip }: RequestContext): SocketHandler | Response {
    const { hub, access = OPEN_ACCESS, clock, capacity, captures = [], logger } = this.#options
    const { media } = this.#options
    const [displays, limits] = [this.#displays, this.#limits]
    return this.#connections.accept(
      ip,
      (onClosed) =>
        new Connection({
          ip,
          hub,
          access,
          clock,
          capacity,
          captures,
          media,
          displays,
          limits,
          logger,
          onClosed,
        }),
    )
  }
}
