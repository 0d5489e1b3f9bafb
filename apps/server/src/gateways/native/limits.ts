import type { Rate } from '../../bounds/rate.ts'

/** Bounds on what clients may use; `unlimited` is for benchmarks. */
export interface NativeLimits {
  /** Open sockets in all, greeted or not. */
  maxConnections: number
  /** Open sockets of one address. */
  maxConnectionsPerAddress: number
  /** Sessions in all, those within their grace time included. */
  maxSessions: number
  /** Sessions of one address at once: a school behind one NAT fits. */
  maxSessionsPerAddress: number
  /** New sessions of one address. */
  sessionRate: Rate
  /** Messages and pings of one session: a description with 40 candidates fits ten times over. */
  messageRate: Rate
  /**
   * UTF-16 units of such messages. A burst and five seconds more (the time to the peer's next
   * acknowledgement) stay under what the peer's session keeps: nobody overruns it for another.
   */
  lengthRate: Rate
  /** Refused messages after which a session is closed. */
  maxRateRefusals: number
  /** Bytes that a client may leave unread before it is cut off. */
  maxBacklogBytes: number
}

export const DEFAULT_LIMITS: NativeLimits = {
  maxConnections: 25_000,
  maxConnectionsPerAddress: 1_000,
  maxSessions: 20_000,
  maxSessionsPerAddress: 500,
  sessionRate: { perSecond: 20, burst: 200 },
  messageRate: { perSecond: 50, burst: 400 },
  lengthRate: { perSecond: 64 * 1024, burst: 512 * 1024 },
  maxRateRefusals: 100,
  maxBacklogBytes: 1024 * 1024,
}

const unlimitedRate: Rate = {
  perSecond: Number.MAX_SAFE_INTEGER,
  burst: Number.MAX_SAFE_INTEGER,
}

export const UNLIMITED: NativeLimits = {
  maxConnections: Infinity,
  maxConnectionsPerAddress: Infinity,
  maxSessions: Infinity,
  maxSessionsPerAddress: Infinity,
  sessionRate: unlimitedRate,
  messageRate: unlimitedRate,
  lengthRate: unlimitedRate,
  maxRateRefusals: Infinity,
  maxBacklogBytes: DEFAULT_LIMITS.maxBacklogBytes,
}
