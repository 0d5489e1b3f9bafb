import type { Listener } from './listen.ts'

/** What the front knows of a request, forwarded headers already judged. */
export interface RequestContext {
  /** As the browser sees it: with the scheme and host of the outermost trusted proxy. */
  url: URL
  headers: Headers
  /** The client's IP address. */
  address: string
  /** Whether the browser speaks HTTPS, to us or to a trusted proxy. */
  isSecure: boolean
  /** Name or address under which the client reached us, with the port if it named one. */
  host: string
  /** The port that it came in by. */
  listener?: Listener
}

/** One open WebSocket as a gateway sees it. */
export interface Socket {
  readonly context: RequestContext
  /** Bytes that the peer has not taken yet. */
  readonly backlog: number
  /** Returns false when the socket is closed. */
  send(data: string | Uint8Array): boolean
  /** Idempotent; what was sent before still arrives if the peer takes it within a moment. */
  close(code: number, reason: string): void
  /** Asks for a sign of life (RFC 6455 §5.5.2): one that lives answers without its page. */
  ping(): void
  /** Cuts without a closing handshake. */
  terminate(): void
}

/** A socket whose handler passes on what it reads, and may have to wait with that. */
export interface FlowSocket extends Socket {
  /** Reads no more; what was read already may still come. */
  pause(): void
  resume(): void
}

/**
 * Made by a gateway for each connection it accepts; none of these may throw.
 * One that throws all the same is logged and its socket closed with 1011.
 */
export interface SocketHandler {
  /** Answered with the handshake, among them the subprotocol in place of its route's. */
  readonly handshake?: Headers
  onOpen(socket: Socket): void
  onMessage(data: string | Uint8Array): void
  /** A ping was answered, or the peer sent one itself. */
  onPong?(): void
  /** The peer has taken all that waited for it. */
  onDrain?(): void
  /** The last call, once; after an own `close` or `terminate` it follows in a microtask. */
  onClose(code: number, reason?: string): void
}

/** A WebSocket address that a gateway claims. */
export interface SocketRoute {
  path: string
  /** The subprotocol that the client must offer and that is answered; undefined: none. */
  protocol?: string
  /** A longer message closes the socket with 1009. */
  maxMessageBytes: number
  /** Answered over plain HTTP as well, whatever the host: clients that follow no redirect. */
  isPlainAllowed?: boolean
  /** What is no WebSocket goes on to others, such as the pages. */
  isPathShared?: boolean
  /** Later, where something has to be looked up first. */
  accept(context: RequestContext): SocketHandler | Response | Promise<SocketHandler | Response>
}

/** HTTP addresses that a gateway claims: `/prefix` and everything below it. */
export interface HttpRoute {
  /** Without a slash at its end. */
  prefix: string
  /** A longer body is answered with 413. */
  maxBodyBytes: number
  /** As of a SocketRoute. */
  isPlainAllowed?: boolean
  respond(context: RequestContext, request: Request): Response | Promise<Response>
  /** Says in the route's own form what the front refuses; in plain text without it. */
  refuse?(status: 400 | 413 | 503): Response
}
