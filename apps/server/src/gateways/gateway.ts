import type { SocketRoute } from '../front/socket.ts'

/** One wire dialect: turns what its clients say into core operations and back. */
export interface Gateway {
  /** The WebSocket addresses that it claims. */
  routes: SocketRoute[]
  /** Tells its clients to come back and drops them. Idempotent. */
  close(): Promise<void>
}
