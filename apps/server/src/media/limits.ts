import type { Rate } from '../bounds/rate.ts'

/** Bounds on what clients of the media server's HTTP interfaces may use; the unlimited ones are for benchmarks. */
export interface MediaLimits {
  /** Sessions that one address (an IPv6 /64) asks for. */
  openRate: Rate
  /** Requests of one address to SRS's statistics. */
  readRate: Rate
  /** Open sessions without a token, in all. */
  maxOpenSessions: number
  /** Open sessions without a token, of one address. */
  maxOpenSessionsPerAddress: number
  /** Players of one stream without a token while it is shown live. */
  maxViewers: number
  /** Sessions that wait for what a callback says. */
  maxAsking: number
}

export const MEDIA_LIMITS: MediaLimits = {
  openRate: { perSecond: 5, burst: 100 },
  readRate: { perSecond: 20, burst: 200 },
  maxOpenSessions: 500,
  maxOpenSessionsPerAddress: 64,
  maxViewers: 200,
  maxAsking: 256,
}

const unlimitedRate: Rate = {
  perSecond: Number.MAX_SAFE_INTEGER,
  burst: Number.MAX_SAFE_INTEGER,
}

export const MEDIA_UNLIMITED: MediaLimits = {
  openRate: unlimitedRate,
  readRate: unlimitedRate,
  maxOpenSessions: Infinity,
  maxOpenSessionsPerAddress: Infinity,
  maxViewers: Infinity,
  maxAsking: Infinity,
}

/** UTF-16 units of an app, and of the name of a stream in it. */
export const MAX_STREAM_NAME_LENGTH = 256

/** UTF-16 units of a stream's URL, with its query. */
export const MAX_STREAM_URL_LENGTH = 4096

/** Bytes of an offer, and of a fragment that changes a session. */
export const MAX_OFFER_BYTES = 64 * 1024

/** Bytes of a body of SRS's API: an offer, in which each line end takes four bytes, and some fields. */
export const MAX_SRS_BODY_BYTES = 128 * 1024

/** Addresses for the candidates of one answer. */
export const MAX_CANDIDATE_ADDRESSES = 8
