import type { HttpRoute, SocketRoute } from '../front/socket.ts'

/** One wire dialect: turns what its clients say into core operations and back. */
export interface Gateway {
  /** The WebSocket addresses that it claims. */
  routes: readonly SocketRoute[]
  /** The HTTP addresses that it claims. */
  httpRoutes: readonly HttpRoute[]
  /** Tells its clients to come back and drops them. Idempotent. */
  close(): Promise<void>
}
