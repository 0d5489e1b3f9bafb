/** A longer answer of an authority is none: a chain of certificates has a few kB. */
export const MAX_ANSWER_BYTES = 256 * 1024

/** How long an authority may take for one answer, in milliseconds. */
export const REQUEST_TIMEOUT_MS = 30_000

/** How long it may take to check all names and to sign, in milliseconds. */
export const ORDER_TIMEOUT_MS = 5 * 60_000

/** How often it is asked whether it is done, in milliseconds, unless it says when to ask. */
export const POLL_MS = 2_000

/** It is asked no later than this, whatever it says, in milliseconds. */
export const MAX_POLL_MS = 30_000

/** RFC 8555 §6.5: a nonce that is not taken is replaced by the one that comes with the refusal. */
export const MAX_NONCE_RETRIES = 5

/** Answers to challenges that wait at once: one for each name. */
export const MAX_CHALLENGES = 100
