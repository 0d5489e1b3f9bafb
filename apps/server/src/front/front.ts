import { messageOf, type Logger } from '@duet/base'
import type { Server } from 'bun'
import { isBelow, plainAddress } from '../config/index.ts'
import { readBoundedBody } from './bounded-body.ts'
import { Connection } from './connection.ts'
import { judgeForwarded } from './client-address.ts'
import { Departures } from './departures.ts'
import { parseHost } from './host.ts'
import { listen, type Entrance, type Listener, type ListenOptions, type Tls } from './listen.ts'
import { plain } from './plain-answer.ts'
import { isUnasked, type PreHook } from './pre-hook.ts'
import type { Passing, Proxy, Upstream } from './proxied.ts'
import { secureAddress } from './redirect.ts'
import type { HttpRoute, RequestContext, SocketHandler, SocketRoute } from './socket.ts'

/** A peer that leaves more than this unread is cut off, whatever its gateway thinks of it. */
const MAX_BACKLOG_BYTES = 8 * 1024 * 1024

/** What reads no body is sent none that is longer. */
const MAX_UNREAD_BODY_BYTES = 64 * 1024

/** How long a connection may be silent between requests: Bun's own default. */
const IDLE_SECONDS = 10

/** Why the front does not pass a request on to its route. */
const REFUSALS = { 400: 'Bad request', 413: 'Too long', 503: 'Shutting down' } as const

/** What becomes of a request; undefined once it is a WebSocket. */
type Outcome = Response | undefined | Promise<Response | undefined>

/** A request on its way to who answers it. */
interface Asked {
  request: Request
  server: Server<Connection>
  /** The IP address of who connected. */
  peer: string
  context: RequestContext
  isUpgrade: boolean
  /** Of its path. */
  routes: readonly SocketRoute[]
}

export interface FrontOptions extends ListenOptions {
  routes: readonly SocketRoute[]
  httpRoutes: readonly HttpRoute[]
  /** Answers what no route claims; undefined: there is nothing at this address. */
  respond: (
    context: RequestContext,
    request: Request,
  ) => Response | undefined | Promise<Response | undefined>
  /** Whether this path is answered over plain HTTP as well, whatever the host. */
  isPlainAllowed?: (pathname: string) => boolean
  /** Passes requests on to other servers. */
  proxy?: Proxy | undefined
  /** Is asked about each request before it is answered. */
  preHook?: PreHook | undefined
  /** Whether forwarded headers from this address are believed. */
  isTrustedProxy: (address: string) => boolean
  logger: Logger
}

/** Everything that listens for browsers. */
export interface Front {
  readonly listeners: readonly Listener[]
  /** New connections get these certificates; those that are open stay. Throws a StartError. */
  setTls(tls: readonly Tls[]): void
  /**
   * From now on HTTPS ports answer TLS-ALPN-01 with these (RFC 8737), by the name that they are for.
   * Throws a StartError.
   */
  setAnswers(certificates: ReadonlyMap<string, Tls>): void
  /** Takes no new connections; open ones go on. Idempotent. */
  stopAccepting(): void
  /** Cuts what is still open. Idempotent. */
  close(): Promise<void>
}

/** Opens all ports. Throws a StartError when one of them can't be used. */
export function createFront(options: FrontOptions): Front {
  const { proxy, preHook, isTrustedProxy } = options
  const largestMessage = Math.max(
    1,
    proxy?.maxMessageBytes ?? 0,
    ...options.routes.map(({ maxMessageBytes }) => maxMessageBytes),
  )
  let isAccepting = true
  const departures = new Departures()

  const respond = (request: Request, server: Server<Connection>, entrance: Entrance): Outcome => {
    const context = readContext(request, entrance, options.isTrustedProxy)
    if (!context) return plain(400, 'Bad request')
    const isUpgrade = request.headers.get('upgrade')?.toLowerCase() === 'websocket'
    const { pathname } = context.url
    const upstream = proxy?.find(pathname)
    const routes = upstream ? [] : options.routes.filter(({ path }) => path === pathname)
    const claims = isUpgrade || upstream ? routes : httpRoutesOf(pathname)
    const isAsItIs =
      pathname === '/healthz' ||
      claims.some((route) => route.isPlainAllowed) ||
      (!upstream && options.isPlainAllowed?.(pathname))
    const address = isAsItIs ? undefined : secureAddress(context, httpsPort())
    if (address) return new Response(null, { status: 307, headers: { location: address } })
    const asked = { request, server, peer: entrance.peer, context, isUpgrade, routes }
    const go = () => (upstream ? pass(asked, upstream) : dispatch(asked))
    if (!preHook || isUnasked(pathname)) return go()
    return preHook.ask(context, request).then((refusal) => refusal ?? go())
  }

  /** To what is ours. */
  const dispatch = (asked: Asked): Outcome => {
    const { request, context, isUpgrade, routes } = asked
    if (isUpgrade && routes.length > 0) return upgrade(asked)
    if (isUpgrade) {
      return proxy?.rest ? pass(asked, proxy.rest) : plain(404, 'No WebSocket at this address')
    }
    const [httpRoute] = httpRoutesOf(context.url.pathname)
    if (httpRoute) return answer(request, context, httpRoute)
    if (routes.some((route) => !route.isPathShared)) {
      return plain(426, 'This address speaks WebSocket', { upgrade: 'websocket' })
    }
    const answered = options.respond(context, request)
    if (!(answered instanceof Promise)) return answered ?? passRest(asked)
    // The first one waits until pages are built, which takes a slow machine longer than it lets clients wait.
    asked.server.timeout(request, 0)
    return answered
      .finally(() => asked.server.timeout(request, IDLE_SECONDS))
      .then((response) => response ?? passRest(asked))
  }

  const httpRoutesOf = (pathname: string): HttpRoute[] =>
    options.httpRoutes.filter(({ prefix }) => isBelow(pathname, prefix))

  const passRest = (asked: Asked): Outcome =>
    proxy?.rest ? pass(asked, proxy.rest) : plain(404, 'There is nothing at this address')

  /** To another server. */
  const pass = (asked: Asked, upstream: Upstream): Outcome => {
    if (!isAccepting) return plain(503, REFUSALS[503])
    const { request, server, context, isUpgrade } = asked
    // How long it may take is the upstream's affair.
    server.timeout(request, 0)
    const onEnd = (): void => server.timeout(request, IDLE_SECONDS)
    const peer = plainAddress(asked.peer)
    const passing: Passing = { context, request, peer, isPeerTrusted: isTrustedProxy(peer), onEnd }
    if (!isUpgrade) return upstream.forward(passing)
    const maxMessageBytes = proxy?.maxMessageBytes ?? 0
    return upstream
      .connect(passing)
      .then((accepted) => begin(accepted, { ...asked, maxMessageBytes }))
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
  const upgrade = (asked: Asked): Outcome => {
    const { request, context, routes } = asked
    const offered = offeredProtocols(request.headers)
    const route = routes.find(({ protocol }) => !protocol || offered.includes(protocol))
    if (!route) return plain(400, `Offer the subprotocol ${routes[0]?.protocol}`)
    if (!isAccepting) return plain(503, REFUSALS[503])
    const { protocol, maxMessageBytes } = route
    const accepted = route.accept(context)
    const open = (handler: SocketHandler | Response) =>
      begin(handler, { ...asked, protocol, maxMessageBytes })
    return accepted instanceof Promise ? accepted.then(open) : open(accepted)
  }

  const begin = (
    handler: SocketHandler | Response,
    {
      request,
      server,
      context,
      protocol,
      maxMessageBytes,
    }: Asked & { protocol?: string | undefined; maxMessageBytes: number },
  ): Response | undefined => {
    if (handler instanceof Response) return handler
    const connection = new Connection({
      context,
      handler,
      maxMessageBytes,
      departures,
      logger: options.logger,
    })
    const headers = handler.handshake ?? (protocol ? { 'sec-websocket-protocol': protocol } : {})
    if (server.upgrade(request, { data: connection, headers })) return undefined
    connection.handleClose(1006)
    return plain(400, 'Not a WebSocket handshake')
  }

  const ports = listen(options, {
    // What is passed on is never held here, whatever its length.
    maxRequestBodySize: proxy
      ? Number.MAX_SAFE_INTEGER
      : Math.max(
          MAX_UNREAD_BODY_BYTES,
          ...options.httpRoutes.map(({ maxBodyBytes }) => maxBodyBytes),
        ),
    fetch: respond,
    error(error) {
      options.logger.error('a request failed', { error: error.stack ?? messageOf(error) })
      return plain(500, 'Something went wrong here')
    },
    websocket: {
      maxPayloadLength: largestMessage,
      // Gateways ping and judge by themselves.
      idleTimeout: 0,
      sendPings: false,
      perMessageDeflate: false,
      // One more message always fits behind what stops a proxy's reading.
      backpressureLimit: Math.max(MAX_BACKLOG_BYTES, 2 * largestMessage),
      closeOnBackpressureLimit: true,
      open: (ws) => ws.data.handleOpen(ws),
      message: (ws, data) => ws.data.handleMessage(data),
      ping: (ws) => ws.data.handlePong(),
      pong: (ws) => ws.data.handlePong(),
      drain: (ws) => ws.data.handleDrain(),
      close: (ws, code, reason) => ws.data.handleClose(code, reason),
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
    setAnswers: (certificates) => ports.setAnswers(certificates),
    stopAccepting,
    async close() {
      stopAccepting()
      await ports.close()
    },
  }
}

function readContext(
  request: Request,
  { peer, listener }: Entrance,
  isTrustedProxy: (address: string) => boolean,
): RequestContext | undefined {
  const written = request.headers.get('host') ?? ''
  const arrival = {
    address: peer,
    isSecure: listener.scheme === 'https',
    host: parseHost(written) ? written : 'localhost',
  }
  const judged = judgeForwarded(arrival, request.headers, isTrustedProxy)
  const scheme = judged.isSecure ? 'https' : 'http'
  const pathAndQuery = /^[a-z]+:\/\/[^/?#]*([^#]*)/i.exec(request.url)?.[1] ?? request.url
  const url = URL.parse(`${scheme}://${judged.host}${pathAndQuery}`)
  return url ? { ...judged, url, headers: request.headers, listener } : undefined
}

function offeredProtocols(headers: Headers): string[] {
  const offered = headers.get('sec-websocket-protocol') ?? ''
  return offered.split(',').map((protocol) => protocol.trim())
}
