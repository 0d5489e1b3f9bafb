/** Of an allocation, in seconds, when the client asks for nothing (RFC 8656 §3.2). */
const DEFAULT_LIFETIME_S = 600
/** Of an allocation, in seconds, at most (RFC 8656 §7.2 recommends one hour). */
const MAX_LIFETIME_S = 3600
/** Of a permission: exactly five minutes (RFC 8656 §9). */
export const PERMISSION_MS = 300_000
/** Of a channel: ten minutes (RFC 8656 §12). */
export const CHANNEL_MS = 600_000
/** A reserved port is held for 30 s (RFC 8656 §7.2). */
export const RESERVATION_MS = 30_000
/** A nonce is good for ten minutes; a client that gets 438 goes on with a fresh one. */
export const NONCE_MS = 600_000
/** A retransmitted Allocate is answered alike for so long (RFC 8489 §6.3.1). */
export const RETRANSMISSION_MS = 40_000
/** How often the server looks for what has expired. */
export const TICK_MS = 1000

/** The lifetime that is granted, in seconds (RFC 8656 §7.2 step 9, §7.3). */
export function grantedLifetime(requested: number | undefined): number {
  return Math.max(DEFAULT_LIFETIME_S, Math.min(requested ?? DEFAULT_LIFETIME_S, MAX_LIFETIME_S))
}
