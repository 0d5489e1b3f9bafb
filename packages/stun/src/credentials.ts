import { createHash } from 'node:crypto'

/** How a long-term key is derived: the two entries of RFC 8489 §18.5. */
export type PasswordAlgorithm = 'md5' | 'sha-256'

export interface LongTermCredentials {
  username: string
  realm: string
  password: string
}

/** The key of the long-term mechanism (RFC 8489 §9.2.2 and §18.5.1). */
export function longTermKey(
  algorithm: PasswordAlgorithm,
  { username, realm, password }: LongTermCredentials,
): Uint8Array {
  return createHash(algorithm === 'md5' ? 'md5' : 'sha256')
    .update(`${username}:${opaqueString(realm)}:${opaqueString(password)}`)
    .digest()
}

/** The key of the short-term mechanism, which ICE uses (RFC 8489 §9.1.1). */
export function shortTermKey(password: string): Uint8Array {
  return new TextEncoder().encode(opaqueString(password))
}

/** The mapping rules of the OpaqueString profile (RFC 8265 §4.2.1): spaces, then form C. */
export function opaqueString(text: string): string {
  return text.replaceAll(/\p{Zs}/gu, ' ').normalize('NFC')
}
