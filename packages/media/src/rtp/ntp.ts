/** From 1900 to 1970, in seconds (RFC 5905 §6). */
const EPOCH_SECONDS = 2_208_988_800

/** The seconds of an NTP time, from milliseconds since 1970. */
export function ntpSeconds(milliseconds: number): number {
  return (Math.floor(milliseconds / 1000) + EPOCH_SECONDS) >>> 0
}

/** The fraction of an NTP time, in units of 2^-32 s, from milliseconds since 1970. */
export function ntpFraction(milliseconds: number): number {
  return Math.floor(((milliseconds % 1000) / 1000) * 2 ** 32) >>> 0
}

/** Milliseconds since 1970. */
export function ntpToMilliseconds(seconds: number, fraction: number): number {
  return (seconds - EPOCH_SECONDS) * 1000 + (fraction / 2 ** 32) * 1000
}

/** The middle 32 bits, in units of 1/65536 s: how report blocks name a sender report. */
export function compactNtp(seconds: number, fraction: number): number {
  return ((seconds << 16) | (fraction >>> 16)) >>> 0
}
