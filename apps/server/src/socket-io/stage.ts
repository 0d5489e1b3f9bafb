import { FakeClock, silentLogger, type Clock, type Logger } from '@duet/base'
import type { RequestContext } from '../front/socket.ts'
import type { SocketIoDialect } from './dialect.ts'
import { FakeClient } from './fake-client.ts'
import type { SocketIoLimits } from './limits.ts'
import { createSocketIo, type SocketIoServer } from './server.ts'

const WEB_SOCKET = 'EIO=4&transport=websocket'

/** Bounds that no test meets by chance. */
export const STAGE_LIMITS: SocketIoLimits = {
  maxConnections: 1_000,
  maxConnectionsPerAddress: 100,
  messageRate: { perSecond: 50, burst: 400 },
  lengthRate: { perSecond: 256 * 1024, burst: 4 * 1024 * 1024 },
  maxRateRefusals: 100,
  maxBacklogBytes: 4 * 1024 * 1024,
}

export interface SocketIoStageOptions {
  dialects: (clock: Clock) => SocketIoDialect[]
  limits?: Partial<SocketIoLimits>
  logger?: Logger
}

/** A server with clients that have no network: WebSockets of version 4. For tests. */
export class SocketIoStage {
  readonly clock = new FakeClock()
  readonly server: SocketIoServer

  constructor({ dialects, limits, logger = silentLogger }: SocketIoStageOptions) {
    this.server = createSocketIo({
      dialects: dialects(this.clock),
      clock: this.clock,
      logger,
      limits: { ...STAGE_LIMITS, ...limits },
    })
  }

  /** Opens a WebSocket; the answer instead, when there is none. */
  open(
    query: string = WEB_SOCKET,
    { address = '192.0.2.1', namespace }: { address?: string; namespace?: string } = {},
  ): FakeClient | Response {
    const context: RequestContext = {
      url: new URL(`http://duet.example/socket.io/?${query}`),
      headers: new Headers(),
      address,
      isSecure: false,
      host: 'duet.example',
    }
    const handler = this.server.routes.at(-1)?.accept(context)
    if (!handler || handler instanceof Promise) throw new Error('no route that answers at once')
    return handler instanceof Response ? handler : new FakeClient(context, handler, namespace)
  }

  /** A client with a Socket.IO socket. */
  async connect(query?: string, namespace?: string): Promise<FakeClient> {
    const client = this.open(query, namespace === undefined ? {} : { namespace })
    if (client instanceof Response) throw new Error(await client.text())
    await client.enter()
    return client
  }
}
