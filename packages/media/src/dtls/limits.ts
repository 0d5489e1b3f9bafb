/** The longest datagram that is sent: fits every path that a browser's own handshake fits. */
export const MAX_SENT_DATAGRAM_BYTES = 1200

/**
 * What one association takes in of a handshake. A browser's is about 2 kB, and three times as much
 * with an RSA certificate; it may come again and again on a bad network.
 */
export const MAX_HANDSHAKE_BYTES = 65_536

/**
 * Encrypted records that are taken before the handshake is done. OpenSSL keeps each with a buffer
 * of 16 kB until it can read it.
 */
export const MAX_EARLY_ENCRYPTED_RECORDS = 16

/** The longest certificate message that is read. */
export const MAX_CERTIFICATE_BYTES = 16_384

/** What was not answered is sent again after this long, as browsers do; then after twice as long. */
export const FIRST_RESEND_MS = 100

/** The longest time between two repetitions. */
export const MAX_RESEND_MS = 1600

/** Nothing is sent again later than this after the first message. */
export const HANDSHAKE_TIMEOUT_MS = 30_000
