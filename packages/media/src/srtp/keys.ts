/** RFC 5764 §4.1.2 and RFC 7714 §14.2, best first. */
export const SRTP_PROFILES = [
  'SRTP_AEAD_AES_128_GCM',
  'SRTP_AEAD_AES_256_GCM',
  'SRTP_AES128_CM_SHA1_80',
] as const

export type SrtpProfile = (typeof SRTP_PROFILES)[number]

/** The master key and salt of one direction. */
export interface SrtpMasterKey {
  key: Uint8Array
  salt: Uint8Array
}

/** What a DTLS handshake agreed upon (RFC 5764 §4.2). */
export interface SrtpKeys {
  profile: SrtpProfile
  /** Protects what is sent. */
  local: SrtpMasterKey
  /** Protects what is received. */
  remote: SrtpMasterKey
}
