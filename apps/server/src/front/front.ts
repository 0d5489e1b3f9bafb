import { messageOf, type Logger } from '@duet/base'
import type { Server } from 'bun'
import { readBoundedBody } from './bounded-body.ts'
import { Connection } from './connection.ts'
import { judgeForwarded } from './client-address.ts'
import { Departures } from './departures.ts'
import { parseHost } from './host.ts'
import { listen, type Listener, type ListenOptions, type Tls } from './listen.ts'
import { secureAddress } from './redirect.ts'
import type { HttpRoute, RequestContext, SocketHandler, SocketRoute } from './socket.ts'

/** A peer that leaves more than this unread is cut off, whatever its gateway thinks of it. */
const MAX_BACKLOG_BYTES = 8 * 1024 * 1024

/** What reads no body is sent none that is longer. */
const MAX_UNREAD_BODY_BYTES = 64 * 1024

/** Why the front does not pass a request on to its route. */
const REFUSALS = { 400: 'Bad request', 413: 'Too long', 503: 'Shutting down' } as const

export interface FrontOptions extends ListenOptions {
  routes: readonly SocketRoute[]
  httpRoutes: readonly HttpRoute[]
  /** Answers what no route claims. */
  respond: (context: RequestContext, request: Request) => Response | Promise<Response>
  /** Whether forwarded headers from this address are believed. */
  isTrustedProxy: (address: string) => boolean
  logger: Logger
}

/** Everything that listens for browsers. */
export interface Front {
  readonly listeners: readonly Listener[]
  /** New connections get these certificates; those that are open stay. Throws a StartError. */
  setTls(tls: readonly Tls[]): void
  /** Takes no new connections; open ones go on. Idempotent. */
  stopAccepting(): void
  /** Cuts what is still open. Idempotent. */
  close(): Promise<void>
}

/** Opens all ports. Throws a StartError when one of them can't be used. */
export function createFront(options: FrontOptions): Front {
  let isAccepting = true
  const departures = new Departures()

  const respond = (
    request: Request,
    server: Server<Connection>,
    listener: Listener,
  ): Response | undefined | Promise<Response | undefined> => {
    const context = readContext(request, { server, listener }, options.isTrustedProxy)
    if (!context) return plain(400, 'Bad request')
    const isUpgrade = request.headers.get('upgrade')?.toLowerCase() === 'websocket'
    const { pathname } = context.url
    const routes = options.routes.filter(({ path }) => path === pathname)
    const claims = isUpgrade
      ? routes
      : options.httpRoutes.filter(({ prefix }) => isBelow(pathname, prefix))
    const isAsItIs = pathname === '/healthz' || claims.some((route) => route.isPlainAllowed)
    const address = isAsItIs ? undefined : secureAddress(context, httpsPort())
    if (address) return new Response(null, { status: 307, headers: { location: address } })
    if (isUpgrade) {
      if (routes.length === 0) return plain(404, 'No WebSocket at this address')
      return upgrade(request, context, { routes, server })
    }
    const httpRoute = options.httpRoutes.find(({ prefix }) => isBelow(pathname, prefix))
    if (httpRoute) return answer(request, context, httpRoute)
    if (routes.some((route) => !route.isPathShared)) {
      return plain(426, 'This address speaks WebSocket', { upgrade: 'websocket' })
    }
    return options.respond(context, request)
  }

  const answer = (
    request: Request,
    context: RequestContext,
    route: HttpRoute,
  ): Response | Promise<Response> => {
    const refuse = (status: keyof typeof REFUSALS): Response =>
      route.refuse?.(status) ?? plain(status, REFUSALS[status])
    const length = Number(request.headers.get('content-length') ?? 0)
    if (length > route.maxBodyBytes) return refuse(413)
    if (!isAccepting) return refuse(503)
    if (!request.headers.has('transfer-encoding')) return route.respond(context, request)
    return readBoundedBody(request, route.maxBodyBytes).then((read) => {
      if ('request' in read) return route.respond(context, read.request)
      return refuse(read.problem === 'too long' ? 413 : 400)
    })
  }

  /**
   * `Origin` is judged where people are recognised (`Identify`): a page of another origin is let in
   * as nobody, since older dialects are for pages of any origin.
   */
  const upgrade = (
    request: Request,
    context: RequestContext,
    { routes, server }: { routes: readonly SocketRoute[]; server: Server<Connection> },
  ): Response | undefined | Promise<Response | undefined> => {
    const offered = offeredProtocols(request.headers)
    const route = routes.find(({ protocol }) => !protocol || offered.includes(protocol))
    if (!route) return plain(400, `Offer the subprotocol ${routes[0]?.protocol}`)
    if (!isAccepting) return plain(503, 'Shutting down')
    const accepted = route.accept(context)
    const open = (handler: SocketHandler | Response) =>
      begin(handler, { request, context, route, server })
    return accepted instanceof Promise ? accepted.then(open) : open(accepted)
  }

  const begin = (
    handler: SocketHandler | Response,
    {
      request,
      context,
      route,
      server,
    }: {
      request: Request
      context: RequestContext
      route: SocketRoute
      server: Server<Connection>
    },
  ): Response | undefined => {
    if (handler instanceof Response) return handler
    const connection = new Connection({
      context,
      handler,
      maxMessageBytes: route.maxMessageBytes,
      departures,
      logger: options.logger,
    })
    const headers = route.protocol ? { 'sec-websocket-protocol': route.protocol } : {}
    if (server.upgrade(request, { data: connection, headers })) return undefined
    connection.handleClose(1006)
    return plain(400, 'Not a WebSocket handshake')
  }

  const ports = listen(options, {
    maxRequestBodySize: Math.max(
      MAX_UNREAD_BODY_BYTES,
      ...options.httpRoutes.map(({ maxBodyBytes }) => maxBodyBytes),
    ),
    fetch: respond,
    error(error) {
      options.logger.error('a request failed', { error: error.stack ?? messageOf(error) })
      return plain(500, 'Something went wrong here')
    },
    websocket: {
      maxPayloadLength: Math.max(
        1,
        ...options.routes.map(({ maxMessageBytes }) => maxMessageBytes),
      ),
      // Gateways ping and judge by themselves.
      idleTimeout: 0,
      sendPings: false,
      perMessageDeflate: false,
      backpressureLimit: MAX_BACKLOG_BYTES,
      closeOnBackpressureLimit: true,
      open: (ws) => ws.data.handleOpen(ws),
      message: (ws, data) => ws.data.handleMessage(data),
      ping: (ws) => ws.data.handlePong(),
      pong: (ws) => ws.data.handlePong(),
      drain: (ws) => ws.data.handleDrain(),
      close: (ws, code) => ws.data.handleClose(code),
    },
  })

  for (const warning of ports.warnings) options.logger.warn(warning)

  const httpsPort = (): number | undefined =>
    ports.listeners.find(({ scheme }) => scheme === 'https')?.port

  const stopAccepting = (): void => {
    if (!isAccepting) return
    isAccepting = false
    ports.stopAccepting()
  }

  return {
    listeners: ports.listeners,
    setTls: (tls) => ports.setTls(tls),
    stopAccepting,
    async close() {
      stopAccepting()
      await ports.close()
    },
  }
}

function readContext(
  request: Request,
  { server, listener }: { server: Server<Connection>; listener: Listener },
  isTrustedProxy: (address: string) => boolean,
): RequestContext | undefined {
  const written = request.headers.get('host') ?? ''
  const arrival = {
    address: server.requestIP(request)?.address ?? '',
    isSecure: listener.scheme === 'https',
    host: parseHost(written) ? written : 'localhost',
  }
  const judged = judgeForwarded(arrival, request.headers, isTrustedProxy)
  const scheme = judged.isSecure ? 'https' : 'http'
  const pathAndQuery = /^[a-z]+:\/\/[^/?#]*([^#]*)/i.exec(request.url)?.[1] ?? request.url
  const url = URL.parse(`${scheme}://${judged.host}${pathAndQuery}`)
  return url ? { ...judged, url, headers: request.headers, listener } : undefined
}

function isBelow(pathname: string, prefix: string): boolean {
  return pathname === prefix || pathname.startsWith(`${prefix}/`)
}

function offeredProtocols(headers: Headers): string[] {
  const offered = headers.get('sec-websocket-protocol') ?? ''
  return offered.split(',').map((protocol) => protocol.trim())
}

function plain(status: number, text: string, headers: Record<string, string> = {}): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
  })
}
