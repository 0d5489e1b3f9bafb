import type { Rate } from '../bounds/rate.ts'

/** How often one address may have the server do something for a check. */
export const CHECK_RATE: Rate = { perSecond: 0.2, burst: 10 }

/** The same of all addresses together, in checks of what a client's network lets in. */
export const PROBE_RATE: Rate = { perSecond: 20, burst: 40 }

/** Streams of checks at once. */
export const MAX_CHECK_STREAMS = 100

/** A check publishes and plays for so long at the most, in milliseconds. */
export const CHECK_STREAM_MS = 60_000

/** Of the server's addresses those that a client's network is probed from. */
export const MAX_PROBE_SOURCES = 2
