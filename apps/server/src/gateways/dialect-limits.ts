import type { BudgetLimits } from '../bounds/budget.ts'
import type { Rate } from '../bounds/rate.ts'
import { DEFAULT_LIMITS as NATIVE, UNLIMITED as NATIVE_UNLIMITED } from './native/limits.ts'

/** Bounds on what clients of an older dialect may use; the unlimited ones are for benchmarks. */
export interface DialectLimits extends BudgetLimits {
  /** Open connections in all. */
  maxConnections: number
  /** Open connections of one address (an IPv6 /64). */
  maxConnectionsPerAddress: number
  /** Rooms or subjects that one connection is in, or waits for. */
  maxRooms: number
  /** UTF-16 units of the names of all rooms of one connection. */
  maxRoomNamesLength: number
  /** UTF-16 units of what is translated for other dialects: no member overruns a native session (L2). */
  translatedLengthRate: Rate
  /** Bytes that a client may leave unread before it is cut off. */
  maxBacklogBytes: number
}

export const DIALECT_LIMITS: DialectLimits = {
  maxConnections: NATIVE.maxConnections,
  maxConnectionsPerAddress: NATIVE.maxConnectionsPerAddress,
  maxRooms: 64,
  maxRoomNamesLength: 16 * 1024,
  messageRate: NATIVE.messageRate,
  lengthRate: { perSecond: 256 * 1024, burst: 4 * 1024 * 1024 },
  translatedLengthRate: NATIVE.lengthRate,
  maxRateRefusals: NATIVE.maxRateRefusals,
  maxBacklogBytes: 4 * 1024 * 1024,
}

export const DIALECT_UNLIMITED: DialectLimits = {
  ...DIALECT_LIMITS,
  maxConnections: Infinity,
  maxConnectionsPerAddress: Infinity,
  messageRate: NATIVE_UNLIMITED.messageRate,
  lengthRate: NATIVE_UNLIMITED.lengthRate,
  translatedLengthRate: NATIVE_UNLIMITED.lengthRate,
  maxRateRefusals: Infinity,
}
