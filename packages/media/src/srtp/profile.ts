import type { SrtpProfile } from './keys.ts'

/** The sizes that a profile lays down, in bytes. */
export interface ProfileSizes {
  key: number
  salt: number
  /** Of HMAC-SHA1; 0 where the cipher authenticates by itself. */
  authenticationKey: number
}

/** RFC 7714 §12, RFC 3711 §5. */
export const PROFILE_SIZES = {
  SRTP_AEAD_AES_128_GCM: { key: 16, salt: 12, authenticationKey: 0 },
  SRTP_AEAD_AES_256_GCM: { key: 32, salt: 12, authenticationKey: 0 },
  SRTP_AES128_CM_SHA1_80: { key: 16, salt: 14, authenticationKey: 20 },
} as const satisfies Record<SrtpProfile, ProfileSizes>

/** The tag of AES-GCM (RFC 7714 §12). */
export const AEAD_TAG_BYTES = 16
/** The first bytes of an HMAC-SHA1 (RFC 3711 §5.2). */
export const HMAC_TAG_BYTES = 10
/** The E bit and the index of an SRTCP packet (RFC 3711 §3.4). */
export const RTCP_INDEX_BYTES = 4
/** What is never encrypted of an RTCP packet: its first header and SSRC (RFC 3711 §3.4). */
export const RTCP_CLEAR_BYTES = 8
/** The E bit: the packet is encrypted. */
export const ENCRYPTED_BIT = 0x8000_0000
