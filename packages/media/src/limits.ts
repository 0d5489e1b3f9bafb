/** Every bound of the media server, in one place. `Infinity` takes a bound away. */
export interface MediaLimits {
  /** Sessions of everybody at once. */
  sessions: number
  /** Sessions of one client address at once; a school may share one. */
  sessionsPerAddress: number
  /** Sessions at once whose handshake is not done. */
  unfinishedSessions: number
  /** The same of one client address, so that nobody alone takes all of these places. */
  unfinishedPerAddress: number
  /** A session whose handshake is not done ends after this many milliseconds. */
  handshakeMs: number
  /** A session from which nothing authentic comes ends after this many milliseconds. */
  silenceMs: number
  /** A publisher from which nothing came for so long makes way for another one. */
  publisherSilenceMs: number
  /** Transport addresses at once that may speak for one session: its candidates. */
  addressesPerSession: number
  /** Characters of an offer or a fragment. */
  sdpLength: number
  /** Milliseconds of a stream that are kept for players who lost packets. */
  cacheMs: number
  /** Bytes of one track that are kept for players who lost packets, at most: a power of two, from 8192 on. */
  cacheBytes: number
  /** At most so many key frames per second are asked for of one publisher. */
  keyFrameRequestsPerSecond: number
  /** At most so many strangers per second are told their address. */
  strangerAnswersPerSecond: number
  /** Checks of ways to clients that are waited for at once. */
  probes: number
}

export const DEFAULT_LIMITS: MediaLimits = {
  sessions: 4_000,
  sessionsPerAddress: 400,
  unfinishedSessions: 400,
  unfinishedPerAddress: 100,
  handshakeMs: 15_000,
  silenceMs: 30_000,
  publisherSilenceMs: 2_000,
  addressesPerSession: 8,
  sdpLength: 65_536,
  cacheMs: 1_000,
  cacheBytes: 1_048_576,
  keyFrameRequestsPerSecond: 4,
  strangerAnswersPerSecond: 500,
  probes: 100,
}

/** For benchmarks: only what bounds the memory of one session stays. */
export const NO_LIMITS: MediaLimits = {
  ...DEFAULT_LIMITS,
  sessions: Infinity,
  sessionsPerAddress: Infinity,
  unfinishedSessions: Infinity,
  unfinishedPerAddress: Infinity,
}
