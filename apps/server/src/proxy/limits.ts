/** A longer message of a WebSocket closes it with 1009. */
export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024

/** With so much unread by one side, nothing more is read from the other. */
export const PAUSE_BYTES = 1024 * 1024

/** Answers of a known length up to this are passed on whole, with their length. */
export const WHOLE_BYTES = 64 * 1024

/** WebSockets at once; each is two connections. */
export const MAX_SOCKETS = 4096

/** Requests of our own to other servers that Bun has under way at once; others wait for these. */
const MAX_OUTGOING = Number(process.env['BUN_CONFIG_MAX_HTTP_REQUESTS'] ?? 256)

/** Of these, what is left to the pre-hook and to web push. */
const RESERVED_OUTGOING = 192

/** Requests passed on at once. */
export const MAX_REQUESTS = MAX_OUTGOING - RESERVED_OUTGOING

/** How long an upstream may say nothing before it answers, or a client while it sends its body. */
export const ANSWER_TIMEOUT_MS = 60_000

/** How long nothing may pass in an answer that has begun, such as a stream of events. */
export const SILENCE_TIMEOUT_MS = 600_000

/** WebSockets are asked for a sign of life so often; who gives none until the next time is gone. */
export const PING_INTERVAL_MS = 30_000

/** A request that Duet passed on so often already goes round in circles. */
export const MAX_PASSES = 8
