import { randomBytes } from 'node:crypto'
import type { Clock, Logger } from '@duet/base'
import {
  closeCodeOf,
  GRACE_MS,
  HELLO_TIMEOUT_MS,
  MAX_FRAME_BYTES,
  PING_INTERVAL_MS,
  PROTOCOL_VERSION,
  SUBPROTOCOL,
  type CapturePurpose,
  type ErrorMessage,
  type Hello,
  type Welcome,
} from '@duet/protocol'
import type { Identify } from '../../accounts/identity.ts'
import { AddressCounter } from '../../bounds/address-counter.ts'
import { addressGroup } from '../../bounds/address-group.ts'
import type { Casts } from '../../casts/casts.ts'
import type { RequestContext, Socket, SocketHandler } from '../../front/socket.ts'
import type { Hub } from '../../hub/hub.ts'
import type { IceClient, IceServers, OpenIceClient } from '../../ice-servers.ts'
import type { People, SignOut } from '../../people/people.ts'
import { OPEN_ACCESS, type RoomAccess } from '../../rooms/access.ts'
import type { Gateway } from '../gateway.ts'
import { Connection } from './connection.ts'
import { DEFAULT_LIMITS, type NativeLimits } from './limits.ts'
import type { MediaGrants } from './media-grants.ts'
import { Session } from './session.ts'
import { SessionLimiter } from './session-limiter.ts'
import { Speaker } from './speaker.ts'

export interface NativeGatewayOptions {
  hub: Hub
  /** Who speaks on a connection; nobody is logged in, when it is left out. */
  identify?: Identify
  /** Absent: a server without accounts. */
  people?: People
  /** Who may enter which room; everybody every one, when it is left out. */
  access?: RoomAccess
  casts: Casts
  /** Lets calls through the media server; absent: there is none. */
  media?: MediaGrants
  /** What calls can be taken for; nothing, when it is left out. */
  captures?: readonly CapturePurpose[]
  /** How clients get ICE servers. */
  openIceClient: OpenIceClient
  clock: Clock
  logger: Logger
  limits?: NativeLimits
}

/** How often deadlines are looked at. */
const SWEEP_INTERVAL_MS = 1_000

/** A client is taken for dead when it missed two pings. */
const SILENCE_MS = 2 * PING_INTERVAL_MS + 1_000

interface SessionEntry {
  session: Session
  context: RequestContext
  ice: IceClient
  /** When its ICE credentials were made, and when they end. */
  grantedAt: number
  grantEndsAt: number
  /** The latest connection of its client. */
  attempt: number
}

/** Who opened a connection. */
interface Caller {
  context: RequestContext
  speaker: Speaker
}

/** What a gateway holds at one moment. */
export interface NativeLoad {
  /** Sessions, those within their grace time included. */
  sessions: number
  /** Open sockets, those without `hello` included. */
  connections: number
  /** Addresses whose use is remembered. */
  addresses: number
}

/** Duet's own dialect: `duet.v1` on `/ws`, as docs/protocol.md specifies it. */
export function createNativeGateway(options: NativeGatewayOptions): NativeGateway {
  return new NativeGateway(options)
}

export class NativeGateway implements Gateway {
  readonly routes = [
    {
      path: '/ws',
      protocol: SUBPROTOCOL,
      maxMessageBytes: MAX_FRAME_BYTES,
      accept: (context: RequestContext) => this.#accept(context),
    },
  ]
  readonly httpRoutes = []
  readonly #options: NativeGatewayOptions
  readonly #limits: NativeLimits
  readonly #limiter: SessionLimiter
  readonly #openSockets: AddressCounter
  readonly #sessions = new Map<string, SessionEntry>()
  /** Each with who speaks on it. */
  readonly #connections = new Map<Connection, Speaker>()
  readonly #cancelSweep: () => void
  readonly #stopListening: (() => void) | undefined
  #isClosed = false

  constructor(options: NativeGatewayOptions) {
    this.#options = options
    this.#limits = options.limits ?? DEFAULT_LIMITS
    this.#limiter = new SessionLimiter(this.#limits, options.clock)
    this.#openSockets = new AddressCounter({
      inAll: this.#limits.maxConnections,
      perAddress: this.#limits.maxConnectionsPerAddress,
    })
    this.#cancelSweep = options.clock.every(SWEEP_INTERVAL_MS, () => this.#sweep())
    this.#stopListening = options.people?.onSignOut((signOut) => this.#signOut(signOut))
  }

  get load(): NativeLoad {
    return {
      sessions: this.#sessions.size,
      connections: this.#connections.size,
      addresses: this.#limiter.size + this.#openSockets.size,
    }
  }

  close(): Promise<void> {
    if (this.#isClosed) return Promise.resolve()
    this.#isClosed = true
    this.#cancelSweep()
    this.#stopListening?.()
    for (const { session } of this.#sessions.values()) session.parentClosed()
    for (const connection of this.#connections.keys()) connection.close('server-going-away')
    return Promise.resolve()
  }

  #accept(context: RequestContext): SocketHandler | Response {
    if (this.#isClosed) return new Response('The server is going away.\n', { status: 503 })
    const group = addressGroup(context.address)
    if (!this.#openSockets.admit(group)) {
      return new Response('Too many connections.\n', { status: 429 })
    }
    const speaker = new Speaker(this.#options.identify, context)
    const connection = new Connection({
      clock: this.#options.clock,
      onHello: (socket, hello) => this.#greet({ context, speaker }, socket, hello),
      onClosed: () => {
        this.#connections.delete(connection)
        this.#openSockets.release(group)
      },
    })
    this.#connections.set(connection, speaker)
    return connection
  }

  /** Takes a known session up again, or begins one. */
  #greet(caller: Caller, socket: Socket, hello: Hello): Session | undefined {
    if (hello.version !== PROTOCOL_VERSION) {
      const code = 'unsupported-version'
      const error: ErrorMessage = { type: 'error', code, message: `speak ${PROTOCOL_VERSION}` }
      socket.send(JSON.stringify(error))
      socket.close(closeCodeOf(code), code)
      return undefined
    }
    const known = hello.session === undefined ? undefined : this.#sessions.get(hello.session)
    if (known && hello.attempt !== undefined) {
      if (hello.attempt < known.attempt) {
        socket.close(closeCodeOf('session-taken'), 'session-taken')
        return undefined
      }
      known.attempt = hello.attempt
    }
    if (known?.session.book.acknowledge(hello.ack ?? 0)) {
      known.context = caller.context
      known.session.attach(socket, JSON.stringify(this.#welcome(known, true)))
      return known.session
    }
    const entry = this.#createSession(caller, socket)
    if (!entry) {
      socket.close(closeCodeOf('rate-limited'), 'rate-limited')
      return undefined
    }
    socket.send(JSON.stringify(this.#welcome(entry, false)))
    return entry.session
  }

  #createSession({ context, speaker }: Caller, socket: Socket): SessionEntry | undefined {
    const group = addressGroup(context.address)
    if (!this.#limiter.admit(group)) return undefined
    const {
      hub,
      people,
      access = OPEN_ACCESS,
      captures = [],
      casts,
      media,
      clock,
      logger,
    } = this.#options
    const token = randomBytes(32).toString('base64url')
    const id = randomBytes(9).toString('base64url')
    const address = `native:${id}`
    const ice = this.#options.openIceClient(address, () => this.#renew(token))
    const session = new Session(
      {
        token,
        address,
        createMemberId: () => randomBytes(16).toString('base64url'),
        hub,
        speaker,
        people,
        access,
        casts,
        media,
        captures,
        addressGroup: group,
        clock,
        limits: this.#limits,
        logger,
        id,
        onClosed: () => {
          this.#sessions.delete(token)
          ice.close()
          this.#limiter.release(group)
        },
      },
      socket,
    )
    const entry = { session, context, ice, grantedAt: 0, grantEndsAt: 0, attempt: 0 }
    this.#sessions.set(token, entry)
    return entry
  }

  #welcome(entry: SessionEntry, resumed: boolean): Welcome {
    const { servers, expiresAt } = this.#grant(entry)
    const { captures = [], media } = this.#options
    return {
      type: 'welcome',
      version: PROTOCOL_VERSION,
      session: entry.session.token,
      resumed,
      ack: entry.session.book.ackToSend(),
      iceServers: servers,
      iceServersExpireAt: expiresAt,
      pingIntervalMs: PING_INTERVAL_MS,
      graceMs: GRACE_MS,
      ...(media && { media: true }),
      ...(captures.length > 0 && { captures: [...captures] }),
    }
  }

  #grant(entry: SessionEntry): IceServers {
    const grant = entry.ice.servers(entry.context)
    entry.grantedAt = this.#options.clock.now()
    entry.grantEndsAt = grant.expiresAt
    return grant
  }

  /** H6: what it was given is void, or will be. */
  #renew(token: string): void {
    const entry = this.#sessions.get(token)
    if (!entry || entry.session.state.name === 'closed') return
    const { servers, expiresAt } = this.#grant(entry)
    entry.session.send({
      type: 'ice-servers',
      iceServers: servers,
      iceServersExpireAt: expiresAt,
    })
  }

  /** U1: sockets of a login that ended are closed, attending or not. */
  #signOut(signOut: SignOut): void {
    for (const { session } of this.#sessions.values()) {
      if (session.speaker.signsOut(signOut)) session.drop('signed-out')
    }
    for (const [connection, speaker] of this.#connections) {
      if (speaker.signsOut(signOut)) connection.close('signed-out')
    }
  }

  #sweep(): void {
    const now = this.#options.clock.now()
    for (const connection of this.#connections.keys()) {
      if (connection.isDue(now, { helloMs: HELLO_TIMEOUT_MS, silenceMs: SILENCE_MS })) {
        connection.giveUp()
      }
    }
    for (const [token, entry] of this.#sessions) {
      const { state } = entry.session
      if (state.name === 'detached' && state.endsAt <= now) entry.session.close()
      if (state.name === 'attached' && isHalfOver(entry, now)) this.#renew(token)
    }
    this.#limiter.forgetIdle()
  }
}

/** Credentials are renewed when half of their life is over. */
function isHalfOver({ grantedAt, grantEndsAt }: SessionEntry, now: number): boolean {
  return now - grantedAt > (grantEndsAt - grantedAt) / 2
}
