import type { BudgetLimits } from '../bounds/budget.ts'

/** Bounds on what clients of Socket.IO may use, whatever they say. */
export interface SocketIoLimits extends BudgetLimits {
  /** Open connections in all. */
  maxConnections: number
  /** Open connections of one address (an IPv6 /64). */
  maxConnectionsPerAddress: number
  /** Bytes that a client may leave unread before it is cut off. */
  maxBacklogBytes: number
}
