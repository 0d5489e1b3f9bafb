import { ptr } from 'bun:ffi'
import type {
  AeadOpener,
  AeadSealer,
  Authenticator,
  CipherEngine,
  CounterMode,
} from './cipher-engine.ts'
import type { Address, LibCrypto } from './libcrypto.ts'
import { AEAD_TAG_BYTES } from './profile.ts'
import { createSha1Authenticator } from './sha1-authenticator.ts'
import { addressOf, stableBytes } from './stable-memory.ts'

/** OSSL_PARAM_OCTET_STRING (openssl/core.h). */
const OCTET_STRING = 5
/** Two `OSSL_PARAM`: the tag, and the end of the list; five words of 64 bits each. */
const PARAM_WORDS = 10
const DATA_WORD = 2

/**
 * OpenSSL's EVP through `bun:ffi`: each key has a context for its whole life, and a packet sets only
 * the IV anew. Throws when a cipher is missing.
 */
export function createOpenSslEngine(crypto: LibCrypto): CipherEngine {
  const iv = stableBytes(16)
  const mac = stableBytes(20)
  const unused = stableBytes(32)
  const shared: Shared = { crypto, iv: addressOf(iv), unused, scratch: addressOf(unused) }
  const gcm = [fetchCipher(crypto, 'AES-128-GCM'), fetchCipher(crypto, 'AES-256-GCM')] as const
  const ctr = fetchCipher(crypto, 'AES-128-CTR')
  const tag = new TagParameter()
  return {
    name: 'openssl',
    iv,
    mac,
    aeadSealer(key) {
      return new OpenSslSealer(shared, newContext(crypto, gcmFor(gcm, key), { key, mode: 1 }), tag)
    },
    aeadOpener(key) {
      return new OpenSslOpener(shared, newContext(crypto, gcmFor(gcm, key), { key, mode: 0 }), tag)
    },
    counterMode(key) {
      return new OpenSslCounterMode(shared, newContext(crypto, ctr, { key, mode: 1 }))
    },
    authenticator(key): Authenticator {
      return createSha1Authenticator(crypto, key, mac)
    },
  }
}

/** What all contexts use. */
interface Shared {
  crypto: LibCrypto
  /** Of `CipherEngine.iv`. */
  iv: Address
  /** Takes sizes and results that nobody reads; kept here, for an address alone keeps nothing. */
  unused: Uint8Array
  /** Of `unused`. */
  scratch: Address
}

function gcmFor(ciphers: readonly [Address, Address], key: Uint8Array): Address {
  return ciphers[key.length === 16 ? 0 : 1]
}

function fetchCipher(crypto: LibCrypto, name: string): Address {
  const cipher = crypto.EVP_CIPHER_fetch(null, new TextEncoder().encode(`${name}\0`), null)
  if (cipher === null) throw new Error(`OpenSSL has no ${name}`)
  return cipher
}

function newContext(
  crypto: LibCrypto,
  cipher: Address,
  { key, mode }: { key: Uint8Array; mode: 0 | 1 },
): Address {
  const context = crypto.EVP_CIPHER_CTX_new()
  if (context === null) throw new Error('OpenSSL has no memory for a cipher')
  if (crypto.EVP_CipherInit_ex(context, cipher, null, key, null, mode) !== 1) {
    crypto.EVP_CIPHER_CTX_free(context)
    throw new Error('OpenSSL does not take the key')
  }
  return context
}

/** The list of one parameter by which a tag is read or set, at an address given anew each time. */
class TagParameter {
  readonly address: Address
  readonly #name = stableBytes(4)
  readonly #words: Uint32Array

  constructor() {
    this.#name.set(new TextEncoder().encode('tag\0'))
    const words = new BigUint64Array(PARAM_WORDS)
    words[0] = BigInt(addressOf(this.#name))
    words[1] = BigInt(OCTET_STRING)
    words[3] = BigInt(AEAD_TAG_BYTES)
    this.#words = new Uint32Array(words.buffer)
    this.address = ptr(words)
  }

  /** The list with the tag at `tag`; little-endian, as every machine that runs Bun. */
  at(tag: Address): Address {
    this.#words[2 * DATA_WORD] = tag >>> 0
    this.#words[2 * DATA_WORD + 1] = Math.floor(tag / 2 ** 32)
    return this.address
  }
}

class OpenSslSealer implements AeadSealer {
  readonly #shared: Shared
  readonly #context: Address
  readonly #tag: TagParameter

  constructor(shared: Shared, context: Address, tag: TagParameter) {
    this.#shared = shared
    this.#context = context
    this.#tag = tag
  }

  seal(bytes: Uint8Array, clear: number, end: number, trailer: number): boolean {
    const { crypto, iv, scratch } = this.#shared
    const context = this.#context
    const start = addressOf(bytes)
    return (
      crypto.EVP_EncryptInit_ex(context, null, null, null, iv) === 1 &&
      crypto.EVP_EncryptUpdate(context, null, scratch, start, clear) === 1 &&
      (trailer === 0 ||
        crypto.EVP_EncryptUpdate(context, null, scratch, start + end + AEAD_TAG_BYTES, trailer) ===
          1) &&
      (end === clear ||
        crypto.EVP_EncryptUpdate(context, start + clear, scratch, start + clear, end - clear) ===
          1) &&
      crypto.EVP_EncryptFinal_ex(context, scratch + 16, scratch) === 1 &&
      crypto.EVP_CIPHER_CTX_get_params(context, this.#tag.at(start + end)) === 1
    )
  }

  close(): void {
    this.#shared.crypto.EVP_CIPHER_CTX_free(this.#context)
  }
}

class OpenSslOpener implements AeadOpener {
  readonly #shared: Shared
  readonly #context: Address
  readonly #tag: TagParameter

  constructor(shared: Shared, context: Address, tag: TagParameter) {
    this.#shared = shared
    this.#context = context
    this.#tag = tag
  }

  open(bytes: Uint8Array, clear: number, end: number, trailer: number): boolean {
    const { crypto, iv, scratch } = this.#shared
    const context = this.#context
    const start = addressOf(bytes)
    return (
      crypto.EVP_DecryptInit_ex(context, null, null, null, iv) === 1 &&
      crypto.EVP_CIPHER_CTX_set_params(context, this.#tag.at(start + end)) === 1 &&
      crypto.EVP_DecryptUpdate(context, null, scratch, start, clear) === 1 &&
      (trailer === 0 ||
        crypto.EVP_DecryptUpdate(context, null, scratch, start + end + AEAD_TAG_BYTES, trailer) ===
          1) &&
      (end === clear ||
        crypto.EVP_DecryptUpdate(context, start + clear, scratch, start + clear, end - clear) ===
          1) &&
      crypto.EVP_DecryptFinal_ex(context, scratch + 16, scratch) === 1
    )
  }

  close(): void {
    this.#shared.crypto.EVP_CIPHER_CTX_free(this.#context)
  }
}

class OpenSslCounterMode implements CounterMode {
  readonly #shared: Shared
  readonly #context: Address

  constructor(shared: Shared, context: Address) {
    this.#shared = shared
    this.#context = context
  }

  crypt(bytes: Uint8Array, start: number, end: number): boolean {
    const { crypto, iv, scratch } = this.#shared
    const context = this.#context
    const at = addressOf(bytes) + start
    return (
      crypto.EVP_EncryptInit_ex(context, null, null, null, iv) === 1 &&
      (end === start || crypto.EVP_EncryptUpdate(context, at, scratch, at, end - start) === 1)
    )
  }

  close(): void {
    this.#shared.crypto.EVP_CIPHER_CTX_free(this.#context)
  }
}
