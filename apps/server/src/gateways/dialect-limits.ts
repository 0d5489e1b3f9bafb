import type { Rate } from '../bounds/rate.ts'
import { DEFAULT_LIMITS as NATIVE, UNLIMITED as NATIVE_UNLIMITED } from './native/limits.ts'

/** Bounds on what clients of an older dialect may use; the unlimited ones are for benchmarks. */
export interface DialectLimits {
  /** Open connections in all. */
  maxConnections: number
  /** Open connections of one address (an IPv6 /64). */
  maxConnectionsPerAddress: number
  /** Rooms or subjects that one connection is in, or waits for. */
  maxRooms: number
  /** UTF-16 units of the names of all rooms of one connection. */
  maxRoomNamesLength: number
  /** Messages of one connection. */
  messageRate: Rate
  /** UTF-16 units of such messages: a message of 1 MB passes. */
  lengthRate: Rate
  /** The same for what is translated for other dialects: no member overruns a native session (L2). */
  translatedLengthRate: Rate
  /** Messages over the rate after which a connection is closed; one is forgotten each second. */
  maxRateRefusals: number
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
