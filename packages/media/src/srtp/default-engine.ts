import type { CipherEngine } from './cipher-engine.ts'
import { loadLibCrypto } from './libcrypto.ts'
import { createNodeEngine } from './node-engine.ts'
import { createOpenSslEngine } from './openssl-engine.ts'

let chosen: CipherEngine | undefined

/** The quickest engine of this machine: OpenSSL where it is installed. */
export function defaultEngine(): CipherEngine {
  chosen ??= openSslEngine() ?? createNodeEngine()
  return chosen
}

/** OpenSSL's engine; undefined where its library is missing or lacks a cipher. */
export function openSslEngine(): CipherEngine | undefined {
  const crypto = loadLibCrypto()
  if (!crypto) return undefined
  try {
    return createOpenSslEngine(crypto)
  } catch {
    return undefined
  }
}
