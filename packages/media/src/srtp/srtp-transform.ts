/** Why a packet was not let through; negative, so that a length can be told from it. */
export const SRTP_REFUSAL = {
  /** Too short, or no RTP. */
  malformed: -1,
  /** Its authentication tag is wrong. */
  unauthentic: -2,
  /** It came before, or is too old to tell (RFC 3711 §3.3.2). */
  replayed: -3,
} as const

/**
 * SRTP and SRTCP of one session, both directions, all SSRCs (RFC 3711, RFC 7714). Works in place:
 * `buffer` holds the packet in its first `length` bytes, and the length afterwards is returned.
 * Buffers for `protect` have room for `SRTP_OVERHEAD_BYTES` more.
 */
export interface SrtpTransform {
  protectRtp(buffer: Uint8Array, length: number): number
  protectRtcp(buffer: Uint8Array, length: number): number
  /** The new length, or one of `SRTP_REFUSAL`. */
  unprotectRtp(buffer: Uint8Array, length: number): number
  unprotectRtcp(buffer: Uint8Array, length: number): number
  /** Frees what it holds outside of JavaScript's memory. Idempotent. */
  close(): void
}

/** By so much a packet can grow: tag and SRTCP index. */
export const SRTP_OVERHEAD_BYTES = 20
