import { MAX_KEPT_CANDIDATES, MAX_WAITING } from '@duet/protocol'
import type { RoomPolicy } from '@duet/rules'
import type { Rate } from '../rate.ts'

/** Bounds on what clients may use; `unlimited` is for benchmarks. */
export interface NativeLimits {
  /** Sessions in all, those within their grace time included. */
  maxSessions: number
  /** Sessions of one address at once: a school behind one NAT fits. */
  maxSessionsPerAddress: number
  /** New sessions of one address. */
  sessionRate: Rate
  /** Numbered messages of one session: a description with 40 candidates fits ten times over. */
  messageRate: Rate
  /** Refused messages after which a session is closed. */
  maxRateRefusals: number
  /** Bytes that a client may leave unread before it is cut off. */
  maxBacklogBytes: number
}

export const DEFAULT_LIMITS: NativeLimits = {
  maxSessions: 20_000,
  maxSessionsPerAddress: 500,
  sessionRate: { perSecond: 20, burst: 200 },
  messageRate: { perSecond: 50, burst: 400 },
  maxRateRefusals: 100,
  maxBacklogBytes: 1024 * 1024,
}

const unlimitedRate: Rate = { perSecond: Infinity, burst: Number.MAX_SAFE_INTEGER }

export const UNLIMITED: NativeLimits = {
  maxSessions: Infinity,
  maxSessionsPerAddress: Infinity,
  sessionRate: unlimitedRate,
  messageRate: unlimitedRate,
  maxRateRefusals: Infinity,
  maxBacklogBytes: DEFAULT_LIMITS.maxBacklogBytes,
}

/** Duet's own rooms are for two. */
export const ROOM_POLICY: RoomPolicy = {
  capacity: 2,
  maxWaiting: MAX_WAITING,
  maxKeptCandidates: MAX_KEPT_CANDIDATES,
}
