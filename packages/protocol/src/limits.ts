/** The version of Duet's own protocol that these messages are. */
export const PROTOCOL_VERSION = 1

/** The WebSocket subprotocol that names it. */
export const SUBPROTOCOL = 'duet.v1'

/** The largest frame a client may send, in bytes: a description of many codecs is about 20 kB. */
export const MAX_FRAME_BYTES = 128 * 1024

/** Longest room name and display name, in characters (Unicode code points). */
export const MAX_NAME_LENGTH = 64

/** Longest chat text as it stands in a frame, in UTF-16 units; a sealed text is about a third longer. */
export const MAX_CHAT_LENGTH = 8000

/** Longest session token, member id, tag and authentication code. */
export const MAX_TOKEN_LENGTH = 128

/** Candidates kept for a newcomer beside the waiting offer: a phone with VPN has about 20. */
export const MAX_KEPT_CANDIDATES = 64

/** Longest candidate, in UTF-16 units: they are about 200 long. */
export const MAX_CANDIDATE_LENGTH = 1024

/**
 * Longest `sdpMid` and `usernameFragment` (RFC 8839 §5.4), in UTF-16 units. With the bounds
 * above, a waiting offer fits what a newcomer's session keeps, however its text is escaped.
 */
export const MAX_CANDIDATE_FIELD_LENGTH = 256

/** People who may stand in line for a seat in one room. */
export const MAX_WAITING = 8

/** Messages that may wait for an acknowledgement before the session is given up. */
export const MAX_UNACKNOWLEDGED = 512

/** Length of such messages in UTF-16 units: some large descriptions and much chat. */
export const MAX_UNACKNOWLEDGED_LENGTH = 1024 * 1024

/** After this many received messages without one of its own to carry the number, a side sends `ack`. */
export const ACK_EVERY = 32

/** The same for their length, in UTF-16 units: few large messages are acknowledged early, too. */
export const ACK_EVERY_LENGTH = 64 * 1024

/** How long the seat of a member whose connection was lost is kept, in milliseconds. */
export const GRACE_MS = 30_000

/** How often a client pings; twice this without a frame means that the socket is dead. */
export const PING_INTERVAL_MS = 5_000

/** How long a socket may be open without `hello`. */
export const HELLO_TIMEOUT_MS = 10_000

/** The malformed frame of one connection with which its session ends. */
export const MAX_BAD_FRAMES = 10

/** Longest message between users, in UTF-16 units. */
export const MAX_MESSAGE_LENGTH = 8000

/** Longest words of a decline, in UTF-16 units. */
export const MAX_DECLINE_LENGTH = 200

/** Largest id of a user: 31 bits, as older clients keep them. */
export const MAX_USER_ID = 2 ** 31 - 1

/** Longest name of a user, in code points. */
export const MAX_USER_NAME_LENGTH = 32

/** How long a call rings, in milliseconds. */
export const RING_MS = 60_000

/** Largest number of a leg: devices that came while one call rang. */
export const MAX_LEG_NUMBER = 9999

/** Shortest secret of a receiver, in UTF-16 units: what nobody guesses does not fit fewer. */
export const MIN_CAST_SECRET_LENGTH = 16

/** How long it is remembered that a code is over, in milliseconds: a day. */
export const CODE_MEMORY_MS = 86_400_000

/** Longest address that a broadcast is pushed to, in UTF-16 units: services have them up to 200. */
export const MAX_PUSH_URL_LENGTH = 1024

/** Longest key of such an address, in UTF-16 units: services have them up to 250. */
export const MAX_PUSH_KEY_LENGTH = 512
