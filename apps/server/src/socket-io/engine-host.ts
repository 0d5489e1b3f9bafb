import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Clock, Logger } from '@duet/base'
import { Server as Engine, type Socket as EngineConnection } from 'engine.io'
import { AddressCounter } from '../bounds/address-counter.ts'
import { addressGroup } from '../bounds/address-group.ts'
import type { HttpRoute, RequestContext, SocketHandler, SocketRoute } from '../front/socket.ts'
import { ClientFiles } from './client-files.ts'
import { allowOrigin, answerPreflight } from './cors.ts'
import { EngineRequest } from './engine-request.ts'
import { Exchange } from './exchange.ts'
import type { SocketIoLimits } from './limits.ts'
import { MAX_MESSAGE_BYTES, PATHS, PREFIX } from './paths.ts'
import { Upgrade, UpgradeEngine } from './upgrade.ts'
import { boundWaitingPackets } from './waiting-packets.ts'

/** A dead client is gone after both. */
const PING_INTERVAL_MS = 5_000
const PING_TIMEOUT_MS = 5_000

export interface EngineHostOptions {
  clock: Clock
  logger: Logger
  limits: SocketIoLimits
}

/** The engine below Socket.IO on our front, and what stands beside it at the same addresses. */
export class EngineHost {
  readonly engine: Engine
  readonly routes: readonly SocketRoute[]
  readonly httpRoutes: readonly HttpRoute[]
  readonly #options: EngineHostOptions
  readonly #open: AddressCounter
  readonly #files = new ClientFiles()
  #isClosed = false

  constructor(options: EngineHostOptions) {
    this.#options = options
    this.#open = new AddressCounter({
      inAll: options.limits.maxConnections,
      perAddress: options.limits.maxConnectionsPerAddress,
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
    this.engine = new Engine({
      wsEngine: UpgradeEngine,
      allowEIO3: true,
      pingInterval: PING_INTERVAL_MS,
      pingTimeout: PING_TIMEOUT_MS,
      maxHttpBufferSize: MAX_MESSAGE_BYTES,
      httpCompression: false,
      perMessageDeflate: false,
    })
    this.engine.on('connection', (connection: EngineConnection) => this.#watch(connection))
    this.engine.on('connection_error', ({ code, message }: { code: number; message: string }) =>
      options.logger.debug('refused by the engine', { code, reason: message }),
    )
  }

  /** Connections over whichever transport. */
  get connectionCount(): number {
    return this.engine.clientsCount
  }

  /** Addresses that have connections. */
  get addressCount(): number {
    return this.#open.size
  }

  /** Refuses what comes from now on; the engine itself is closed with Socket.IO. Idempotent. */
  stopAccepting(): void {
    this.#isClosed = true
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
      maxBacklogBytes: this.#options.limits.maxBacklogBytes,
      logger: this.#options.logger,
      onClosed: release,
    })
    this.engine.handleUpgrade(
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
    this.engine.handleRequest(
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
    connection.once('close', requestOf(connection).release)
    if (connection.transport.name === 'polling') {
      boundWaitingPackets(connection, this.#options.limits.maxBacklogBytes)
    }
  }
}

/** The request that a connection began with: the engine knows no others than those of ours. */
export function requestOf(connection: EngineConnection): EngineRequest {
  return connection.request as unknown as EngineRequest
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
