import { randomBytes } from 'node:crypto'
import { messageOf, type Clock, type Logger } from '@duet/base'
import type { Identify, Identity } from '../../accounts/identity.ts'
import { isOwn } from '../../accounts/own-origin.ts'
import type { RequestContext, SocketHandler, SocketRoute } from '../../front/socket.ts'
import type { Hub } from '../../hub/hub.ts'
import type { People, SignOut } from '../../people/people.ts'
import type { RoomAccess } from '../../rooms/access.ts'
import { Connections, plain, type ConnectionsLoad } from '../connections.ts'
import { DIALECT_LIMITS, type DialectLimits } from '../dialect-limits.ts'
import type { Gateway } from '../gateway.ts'
import { Connection } from './connection.ts'
import type { Device } from './device.ts'
import { createEntrance, type EntranceServices } from './entrance.ts'
import { MAX_BODY_BYTES, PREFIX, SOCKET_PATHS } from './paths.ts'
import { Roster } from './roster.ts'
import { sentencesFor } from './sentences.ts'

export interface MessagesGatewayOptions {
  hub: Hub
  people: People
  /** Judges who enters the rooms of calls. */
  access: RoomAccess
  identify: Identify
  accounts: EntranceServices['accounts']
  logins: EntranceServices['logins']
  clock: Clock
  logger: Logger
  limits?: DialectLimits
}

/** What a gateway holds at one moment. */
export interface MessagesLoad extends ConnectionsLoad {
  /** Users who attend. */
  users: number
}

/** Bytes of a frame: 1 MB of data, and room for the rest. */
const MAX_MESSAGE_BYTES = 1024 * 1024 + 16 * 1024

/** Accounts, presence and calls, as docs/dialects/messages.md specifies them. */
export function createMessagesGateway(options: MessagesGatewayOptions): MessagesGateway {
  return new MessagesGateway(options)
}

export class MessagesGateway implements Gateway {
  readonly routes: readonly SocketRoute[]
  readonly httpRoutes: Gateway['httpRoutes']
  readonly #options: MessagesGatewayOptions
  readonly #limits: DialectLimits
  readonly #connections: Connections<Connection>
  readonly #roster = new Roster<Device>()
  readonly #forgetSignOuts: () => void

  constructor(options: MessagesGatewayOptions) {
    this.#options = options
    this.#limits = options.limits ?? DIALECT_LIMITS
    this.#connections = new Connections(this.#limits, options.clock)
    this.routes = SOCKET_PATHS.map((path) => ({
      path,
      maxMessageBytes: MAX_MESSAGE_BYTES,
      accept: (context) => this.#accept(context),
    }))
    const respond = createEntrance(options)
    this.httpRoutes = [{ prefix: PREFIX, maxBodyBytes: MAX_BODY_BYTES, respond }]
    this.#forgetSignOuts = options.people.onSignOut((signOut) => this.#signOut(signOut))
  }

  get load(): MessagesLoad {
    return { ...this.#connections.load, users: this.#roster.size }
  }

  close(): Promise<void> {
    this.#forgetSignOuts()
    this.#connections.close()
    return Promise.resolve()
  }

  #accept(context: RequestContext): Response | Promise<SocketHandler | Response> {
    if (!isOwn(context)) return plain(403, 'Only pages of this server may connect.')
    const identified = this.#options.identify(context)
    if (!identified) return plain(401, 'Log in first.')
    return identified.then(
      (identity) => (identity ? this.#open(context, identity) : plain(401, 'Log in first.')),
      (error: unknown) => {
        this.#options.logger.warn('a login could not be judged', { error: messageOf(error) })
        return plain(503, 'The server can’t do this now.')
      },
    )
  }

  #open(context: RequestContext, identity: Identity): SocketHandler | Response {
    const { hub, people, access, clock, logger } = this.#options
    return this.#connections.accept(
      context.address,
      (onClosed) =>
        new Connection({
          hub,
          people,
          access,
          clock,
          logger,
          roster: this.#roster,
          identity,
          ip: context.address,
          address: `messages:${randomBytes(16).toString('base64url')}`,
          sentences: sentencesFor(context.headers),
          limits: this.#limits,
          onClosed,
        }),
    )
  }

  #signOut({ user, logins }: SignOut): void {
    for (const connection of this.#connections) {
      const { identity } = connection
      const isMeant = logins === undefined || logins.includes(identity.loginId)
      if (identity.user.id === user && isMeant) connection.signOut()
    }
  }
}
