import type { SrtpKeys, SrtpProfile } from '../srtp/keys.ts'

/** RFC 5764 §4.2. */
export const SRTP_EXPORT_LABEL = 'EXTRACTOR-dtls_srtp'

/** Bytes of a master key and salt: RFC 5764 §4.1.2, RFC 7714 §12. */
const SIZES: Record<SrtpProfile, { key: number; salt: number }> = {
  SRTP_AEAD_AES_128_GCM: { key: 16, salt: 12 },
  SRTP_AEAD_AES_256_GCM: { key: 32, salt: 12 },
  SRTP_AES128_CM_SHA1_80: { key: 16, salt: 14 },
}

/** active: sends the ClientHello. passive: answers it. */
export type DtlsRole = 'active' | 'passive'

export function isSrtpProfile(name: string): name is SrtpProfile {
  return Object.hasOwn(SIZES, name)
}

/** Bytes to export for a profile. */
export function exportSize(profile: SrtpProfile): number {
  const { key, salt } = SIZES[profile]
  return 2 * (key + salt)
}

/** RFC 5764 §4.2: both keys, then both salts, each time the client's first. */
export function splitExport(exported: Uint8Array, profile: SrtpProfile, role: DtlsRole): SrtpKeys {
  const { key, salt } = SIZES[profile]
  const salts = 2 * key
  const client = {
    key: exported.slice(0, key),
    salt: exported.slice(salts, salts + salt),
  }
  const server = {
    key: exported.slice(key, salts),
    salt: exported.slice(salts + salt, salts + 2 * salt),
  }
  return role === 'active'
    ? { profile, local: client, remote: server }
    : { profile, local: server, remote: client }
}
