/**
 * AES-GCM with one key, one way. `bytes` holds what is authenticated only, up to `clear`, then what
 * is encrypted, up to `end`, then the tag, and after the tag `trailer` bytes that are authenticated
 * as well: 0, or the index of SRTCP. Four numbers and no object: this runs for each packet.
 */
export interface AeadSealer {
  /** Encrypts in place under `CipherEngine.iv` and writes the tag; false when it failed. */
  seal(bytes: Uint8Array, clear: number, end: number, trailer: number): boolean
  close(): void
}

/** The way back of `AeadSealer`. */
export interface AeadOpener {
  /** Decrypts in place under `CipherEngine.iv`; false: not authentic, and `bytes` is spoilt. */
  open(bytes: Uint8Array, clear: number, end: number, trailer: number): boolean
  close(): void
}

/** AES in counter mode with one key. */
export interface CounterMode {
  /** Encrypts or decrypts in place, from the counter in `CipherEngine.iv`; false when it failed. */
  crypt(bytes: Uint8Array, start: number, end: number): boolean
  close(): void
}

/** HMAC-SHA1 with one key. */
export interface Authenticator {
  /** Puts the HMAC of the first `end` bytes into `CipherEngine.mac`; false when it failed. */
  sign(bytes: Uint8Array, end: number): boolean
  close(): void
}

/** Where ciphers come from. One engine serves all sessions: what it shares lasts for one call. */
export interface CipherEngine {
  readonly name: 'openssl' | 'node'
  /** The next packet's nonce of 12 bytes, or counter of 16. */
  readonly iv: Uint8Array
  /** 20 bytes. */
  readonly mac: Uint8Array
  aeadSealer(key: Uint8Array): AeadSealer
  aeadOpener(key: Uint8Array): AeadOpener
  counterMode(key: Uint8Array): CounterMode
  authenticator(key: Uint8Array): Authenticator
}
