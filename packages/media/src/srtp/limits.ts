/** Packets of one source that may come late: a second of fast video (RFC 3711 §3.3.2). */
export const REPLAY_WINDOW_PACKETS = 1024

/** Sources that are received in one session; one more takes the place of the longest silent. */
export const MAX_REMOTE_SOURCES = 64

/**
 * Sources that are sent in one session. None is ever forgotten: what was sent must not be sent
 * again under the same key.
 */
export const MAX_LOCAL_SOURCES = 256

/** SRTCP counts its packets in 31 bits (RFC 3711 §3.4). */
export const MAX_RTCP_INDEX = 2 ** 31 - 1

/** SRTP counts its packets in 48 bits (RFC 3711 §3.3.1). */
export const MAX_RTP_INDEX = 2 ** 48 - 1
