import { randomBytes } from 'node:crypto'
import { messageOf, type Clock, type Logger } from '@duet/base'
import type { Identify, Identity } from '../../accounts/identity.ts'
import { isOwn } from '../../accounts/own-origin.ts'
import { AddressCounter } from '../../bounds/address-counter.ts'
import { addressGroup } from '../../bounds/address-group.ts'
import type { RequestContext, SocketHandler, SocketRoute } from '../../front/socket.ts'
import type { Hub } from '../../hub/hub.ts'
import type { People, SignOut } from '../../people/people.ts'
import type { RoomAccess } from '../../rooms/access.ts'
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
export interface MessagesLoad {
  connections: number
  /** Addresses that have connections. */
  addresses: number
  /** Users who attend. */
  users: number
}

/** Bytes of a frame: 1 MB of data, and room for the rest. */
const MAX_MESSAGE_BYTES = 1024 * 1024 + 16 * 1024

/** One tick of its connections. */
const TICK_MS = 1_000

/** Accounts, presence and calls, as docs/dialects/messages.md specifies them. */
export function createMessagesGateway(options: MessagesGatewayOptions): MessagesGateway {
  return new MessagesGateway(options)
}

export class MessagesGateway implements Gateway {
  readonly routes: readonly SocketRoute[]
  readonly httpRoutes: Gateway['httpRoutes']
  readonly #options: MessagesGatewayOptions
  readonly #limits: DialectLimits
  readonly #openSockets: AddressCounter
  readonly #connections = new Set<Connection>()
  readonly #roster = new Roster<Device>()
  readonly #cancelTicks: () => void
  readonly #forgetSignOuts: () => void
  #isClosed = false

  constructor(options: MessagesGatewayOptions) {
    this.#options = options
    this.#limits = options.limits ?? DIALECT_LIMITS
    this.#openSockets = new AddressCounter({
      inAll: this.#limits.maxConnections,
      perAddress: this.#limits.maxConnectionsPerAddress,
    })
    this.routes = SOCKET_PATHS.map((path) => ({
      path,
      maxMessageBytes: MAX_MESSAGE_BYTES,
      accept: (context) => this.#accept(context),
    }))
    const respond = createEntrance(options)
    this.httpRoutes = [{ prefix: PREFIX, maxBodyBytes: MAX_BODY_BYTES, respond }]
    this.#cancelTicks = options.clock.every(TICK_MS, () => {
      for (const connection of this.#connections) connection.tick()
    })
    this.#forgetSignOuts = options.people.onSignOut((signOut) => this.#signOut(signOut))
  }

  get load(): MessagesLoad {
    return {
      connections: this.#connections.size,
      addresses: this.#openSockets.size,
      users: this.#roster.size,
    }
  }

  close(): Promise<void> {
    if (this.#isClosed) return Promise.resolve()
    this.#isClosed = true
    this.#cancelTicks()
    this.#forgetSignOuts()
    for (const connection of this.#connections) connection.parentClosed()
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
    if (this.#isClosed) return plain(503, 'The server is going away.')
    const group = addressGroup(context.address)
    if (!this.#openSockets.admit(group)) return plain(429, 'Too many connections.')
    const { hub, people, access, clock, logger } = this.#options
    const connection = new Connection({
      hub,
      people,
      access,
      clock,
      logger,
      roster: this.#roster,
      identity,
      address: `messages:${randomBytes(16).toString('base64url')}`,
      sentences: sentencesFor(context.headers),
      limits: this.#limits,
      onClosed: () => {
        this.#connections.delete(connection)
        this.#openSockets.release(group)
      },
    })
    this.#connections.add(connection)
    return connection
  }

  #signOut({ user, logins }: SignOut): void {
    for (const connection of this.#connections) {
      const { identity } = connection
      const isMeant = logins === undefined || logins.includes(identity.loginId)
      if (identity.user.id === user && isMeant) connection.signOut()
    }
  }
}

function plain(status: number, sentence: string): Response {
  return new Response(`${sentence}\n`, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  })
}
