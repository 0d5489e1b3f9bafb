import type { DialectSocket } from './dialect-socket.ts'

/** One dialect on Socket.IO: where it listens, and what it makes of a socket there. */
export interface SocketIoDialect {
  /** Several dialects may listen in one; what none of them listens in is refused. */
  readonly namespaces: readonly string[]
  /**
   * Events of the main namespace, made of a text and data, that it passes on as they came: they
   * take a short way, and their data is a `Said`, if it came without attachments.
   */
  readonly relayed?: readonly string[]
  /** A socket came to one of its namespaces, and was told so. */
  welcome(socket: DialectSocket): SocketIoClient
}

/** What a dialect makes of one socket. Neither of these may throw. */
export interface SocketIoClient {
  /**
   * The socket is gone; isLost: nothing was heard of it any more. Idempotent, and called after
   * `parentClosed` as well.
   */
  close(isLost: boolean): void
  /** The server goes away: nobody is told. Idempotent. */
  parentClosed(): void
}
