import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import type { CipherEngine } from './cipher-engine.ts'
import { AEAD_TAG_BYTES } from './profile.ts'

const NONCE_BYTES = 12

/** `node:crypto`: slower, for it makes a cipher for each packet, and there on every machine. */
export function createNodeEngine(): CipherEngine {
  const iv = new Uint8Array(16)
  const nonce = iv.subarray(0, NONCE_BYTES)
  const mac = new Uint8Array(20)
  return {
    name: 'node',
    iv,
    mac,
    aeadSealer(key) {
      const algorithm = gcmWith(key)
      return {
        seal(bytes, clear, end, trailer) {
          const cipher = createCipheriv(algorithm, key, nonce)
          cipher.setAAD(authenticatedOnly(bytes, { clear, end, trailer }))
          if (end > clear) bytes.set(cipher.update(bytes.subarray(clear, end)), clear)
          cipher.final()
          bytes.set(cipher.getAuthTag(), end)
          return true
        },
        close() {},
      }
    },
    aeadOpener(key) {
      const algorithm = gcmWith(key)
      return {
        open(bytes, clear, end, trailer) {
          const decipher = createDecipheriv(algorithm, key, nonce)
          decipher.setAAD(authenticatedOnly(bytes, { clear, end, trailer }))
          decipher.setAuthTag(bytes.subarray(end, end + AEAD_TAG_BYTES))
          try {
            const opened = end > clear ? decipher.update(bytes.subarray(clear, end)) : undefined
            decipher.final()
            if (opened) bytes.set(opened, clear)
            return true
          } catch {
            return false
          }
        },
        close() {},
      }
    },
    counterMode(key) {
      const algorithm = `aes-${8 * key.length}-ctr`
      return {
        crypt(bytes, start, end) {
          if (end === start) return true
          bytes.set(createCipheriv(algorithm, key, iv).update(bytes.subarray(start, end)), start)
          return true
        },
        close() {},
      }
    },
    authenticator(key) {
      return {
        sign(bytes, end) {
          mac.set(createHmac('sha1', key).update(bytes.subarray(0, end)).digest())
          return true
        },
        close() {},
      }
    },
  }
}

function gcmWith(key: Uint8Array): 'aes-128-gcm' | 'aes-256-gcm' {
  return key.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm'
}

/** The clear part, with the trailer behind the tag where there is one. */
function authenticatedOnly(
  bytes: Uint8Array,
  { clear, end, trailer }: { clear: number; end: number; trailer: number },
): Uint8Array {
  if (trailer === 0) return bytes.subarray(0, clear)
  const joined = new Uint8Array(clear + trailer)
  joined.set(bytes.subarray(0, clear))
  joined.set(bytes.subarray(end + AEAD_TAG_BYTES, end + AEAD_TAG_BYTES + trailer), clear)
  return joined
}
