import { createCipheriv } from 'node:crypto'
import type { SrtpMasterKey } from './keys.ts'
import type { ProfileSizes } from './profile.ts'

/** RFC 3711 §4.3.2, table of labels. */
export const KEY_LABEL = {
  rtpKey: 0,
  rtpAuthentication: 1,
  rtpSalt: 2,
  rtcpKey: 3,
  rtcpAuthentication: 4,
  rtcpSalt: 5,
} as const

const BLOCK_BYTES = 16
/** Where the label meets the salt: the index after it, of 48 bits, is 0 without a derivation rate. */
const LABEL_OFFSET = 7

/** What protects SRTP, or SRTCP, in one direction. */
export interface PacketKeys {
  key: Uint8Array
  salt: Uint8Array
  authenticationKey: Uint8Array
}

/** The keys of one direction. */
export interface SessionKeys {
  rtp: PacketKeys
  rtcp: PacketKeys
}

/** Derives the keys of one direction. Throws a TypeError when the master key has other sizes. */
export function deriveSessionKeys(master: SrtpMasterKey, sizes: ProfileSizes): SessionKeys {
  if (master.key.length !== sizes.key || master.salt.length !== sizes.salt) {
    throw new TypeError('the master key does not have the sizes of its profile')
  }
  return {
    rtp: {
      key: deriveKey(master, KEY_LABEL.rtpKey, sizes.key),
      salt: deriveKey(master, KEY_LABEL.rtpSalt, sizes.salt),
      authenticationKey: deriveKey(master, KEY_LABEL.rtpAuthentication, sizes.authenticationKey),
    },
    rtcp: {
      key: deriveKey(master, KEY_LABEL.rtcpKey, sizes.key),
      salt: deriveKey(master, KEY_LABEL.rtcpSalt, sizes.salt),
      authenticationKey: deriveKey(master, KEY_LABEL.rtcpAuthentication, sizes.authenticationKey),
    },
  }
}

/**
 * One key of `size` bytes with a key derivation rate of 0 (RFC 3711 §4.3.1, §4.3.3): the key stream
 * of AES in counter mode from the salt and the label. With a key of 256 bits it is AES_256_CM_PRF
 * (RFC 6188 §3); a salt of 96 bits is filled up with zeros (RFC 7714 §11).
 */
export function deriveKey(master: SrtpMasterKey, label: number, size: number): Uint8Array {
  const counter = new Uint8Array(BLOCK_BYTES)
  counter.set(master.salt)
  counter[LABEL_OFFSET] = (counter[LABEL_OFFSET] ?? 0) ^ label
  const cipher = createCipheriv(`aes-${8 * master.key.length}-ctr`, master.key, counter)
  return new Uint8Array(cipher.update(new Uint8Array(size)))
}
