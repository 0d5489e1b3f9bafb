import type { Authenticator } from './cipher-engine.ts'
import type { LibCrypto } from './libcrypto.ts'
import { addressOf, stableBytes } from './stable-memory.ts'

/** `SHA_CTX` of openssl/sha.h: 24 numbers of 32 bits, open to all, with nothing to be freed. */
const SHA_CTX_BYTES = 96
const BLOCK_BYTES = 64
const DIGEST_BYTES = 20
const INNER_PAD = 0x36
const OUTER_PAD = 0x5c

/** The state that a hash is in just now: one at a time. */
const working = stableBytes(SHA_CTX_BYTES)
const workingAddress = addressOf(working)

/**
 * HMAC-SHA1 (RFC 2104) into `mac`. The states after both pads are kept and copied for each packet,
 * which spares two of the four blocks of a short message and every allocation.
 */
export function createSha1Authenticator(
  crypto: LibCrypto,
  key: Uint8Array,
  mac: Uint8Array,
): Authenticator {
  const inner = stateAfterPad(crypto, key, INNER_PAD)
  const outer = stateAfterPad(crypto, key, OUTER_PAD)
  const macAddress = addressOf(mac)
  return {
    sign(bytes, end) {
      const start = addressOf(bytes)
      working.set(inner)
      if (crypto.SHA1_Update(workingAddress, start, end) !== 1) return false
      if (crypto.SHA1_Final(macAddress, workingAddress) !== 1) return false
      working.set(outer)
      return (
        crypto.SHA1_Update(workingAddress, macAddress, DIGEST_BYTES) === 1 &&
        crypto.SHA1_Final(macAddress, workingAddress) === 1
      )
    },
    close() {
      inner.fill(0)
      outer.fill(0)
    },
  }
}

function stateAfterPad(crypto: LibCrypto, key: Uint8Array, pad: number): Uint8Array {
  if (key.length > BLOCK_BYTES) throw new TypeError('the key is longer than a block')
  const block = stableBytes(BLOCK_BYTES).fill(pad)
  for (const [index, byte] of key.entries()) block[index] = byte ^ pad
  crypto.SHA1_Init(workingAddress)
  crypto.SHA1_Update(workingAddress, addressOf(block), BLOCK_BYTES)
  return working.slice()
}
