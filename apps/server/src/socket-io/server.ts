import { EventEmitter } from 'node:events'
import type { Clock, Logger } from '@duet/base'
import { Server, type Socket } from 'socket.io'
import type { HttpRoute, SocketRoute } from '../front/socket.ts'
import { DialectSocket } from './dialect-socket.ts'
import type { SocketIoClient, SocketIoDialect } from './dialect.ts'
import { EngineHost, requestOf } from './engine-host.ts'
import type { SocketIoLimits } from './limits.ts'
import { createParser, MeteredDecoder } from './parser.ts'
import { MAIN_NAMESPACE } from './paths.ts'

/** How long a connection may be open without a Socket.IO socket on it. */
const CONNECT_TIMEOUT_MS = 10_000

export interface SocketIoOptions {
  dialects: readonly SocketIoDialect[]
  clock: Clock
  logger: Logger
  /** Of all connections together, whichever dialects are spoken on them. */
  limits: SocketIoLimits
}

/** What a server holds at one moment. */
export interface SocketIoLoad {
  /** Engine connections, over whichever transport. */
  connections: number
  /** Socket.IO sockets on them, those of each namespace counted. */
  clients: number
  /** Addresses that have connections. */
  addresses: number
}

/** Socket.IO at `/socket.io/` of our front, for every version of its client from 2 to 4. */
export function createSocketIo(options: SocketIoOptions): SocketIoServer {
  return new SocketIoServer(options)
}

/** Gives the sockets of each namespace to the dialects that listen there. */
export class SocketIoServer {
  readonly #logger: Logger
  readonly #host: EngineHost
  readonly #io: Server
  readonly #clients = new Map<Socket, readonly SocketIoClient[]>()
  #isClosed = false

  constructor({ dialects, clock, logger, limits }: SocketIoOptions) {
    this.#logger = logger
    this.#host = new EngineHost({ clock, logger, limits })
    const relayed = [...new Set(dialects.flatMap((dialect) => dialect.relayed ?? []))]
    this.#io = new Server({
      parser: createParser({ relayed, limits, clock }),
      connectTimeout: CONNECT_TIMEOUT_MS,
      serveClient: false,
    })
    this.#io.bind(this.#host.engine)
    const namespaces = new Set(dialects.flatMap((dialect) => dialect.namespaces))
    for (const namespace of namespaces) {
      const listening = dialects.filter((dialect) => dialect.namespaces.includes(namespace))
      this.#io.of(namespace).on('connection', (socket) => this.#welcome(socket, listening))
    }
    if (!namespaces.has(MAIN_NAMESPACE)) this.#io.use(refuseNamespace)
  }

  get routes(): readonly SocketRoute[] {
    return this.#host.routes
  }

  get httpRoutes(): readonly HttpRoute[] {
    return this.#host.httpRoutes
  }

  get load(): SocketIoLoad {
    return {
      connections: this.#host.connectionCount,
      clients: this.#clients.size,
      addresses: this.#host.addressCount,
    }
  }

  /** Drops its clients in a way after which they come back. Idempotent. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#host.stopAccepting()
    for (const clients of this.#clients.values()) {
      for (const client of clients) client.parentClosed()
    }
    await this.#io.close()
  }

  #welcome(socket: Socket, dialects: readonly SocketIoDialect[]): void {
    const { context } = requestOf(socket.conn)
    const logger = this.#logger
    const clients = dialects.map((dialect) => {
      const { relayed = [] } = dialect
      return dialect.welcome(new DialectSocket({ socket, context, relayed, logger }))
    })
    this.#clients.set(socket, clients)
    const endShortWay = this.#openShortWay(socket)
    socket.on('disconnect', (reason) => {
      endShortWay()
      this.#clients.delete(socket)
      for (const client of clients) client.close(reason === 'ping timeout')
    })
  }

  /** Lets events that are relayed reach their handlers as soon as they are read. */
  #openShortWay(socket: Socket): () => void {
    const decoder: unknown = socket.client['decoder']
    if (socket.nsp.name !== MAIN_NAMESPACE || !(decoder instanceof MeteredDecoder)) return () => {}
    decoder.onRelayed = ({ event, text, said }) => {
      EventEmitter.prototype.emit.call(socket, event, text, said)
    }
    return () => {
      decoder.onRelayed = undefined
    }
  }
}

/**
 * Answers in the main namespace, which the library always has, as it does in those that it has not.
 * Clients of version 2 are let pass: they can't but stop there on their way to others.
 */
function refuseNamespace(socket: Socket, next: (error?: Error) => void): void {
  next(socket.conn.protocol === 3 ? undefined : new Error('Invalid namespace'))
}
