import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Clock } from '@duet/base'
import { formatAddress, type TransportAddress } from '@duet/stun'
import { NONCE_MS } from './lifetimes.ts'

/** The nonce cookie (RFC 8489 §9.2) with bit 0, the right-most one, for password algorithms. */
const ALGORITHMS_COOKIE = 'obMatJos2AAAB'
const TIME_BYTES = 4
/** 72 bits cannot be guessed within a nonce's life, and keep the challenge short. */
const MAC_BYTES = 9
/** Clocks of several workers may differ by so much. */
const MAX_SKEW_MS = 60_000

export interface NonceOptions {
  /** Shared by all workers and kept across restarts, or their nonces are stale elsewhere. */
  key: Uint8Array | string
  clock: Clock
}

/**
 * Nonces that need no memory: the time and a MAC over it and the client's address. One that
 * was given to another address, forged or too old is stale.
 */
export class Nonces {
  readonly #key: Uint8Array | string
  readonly #clock: Clock

  constructor(options: NonceOptions) {
    this.#key = options.key
    this.#clock = options.clock
  }

  /** A nonce for the client at `address`; with or without an offer of password algorithms. */
  issue(address: TransportAddress, hasAlgorithms: boolean): string {
    const cookie = hasAlgorithms ? ALGORITHMS_COOKIE : ''
    const bytes = Buffer.alloc(TIME_BYTES + MAC_BYTES)
    bytes.writeUInt32BE(Math.floor(this.#clock.now() / 1000))
    bytes.set(this.#mac(cookie, address, bytes.subarray(0, TIME_BYTES)), TIME_BYTES)
    return cookie + bytes.toString('base64url')
  }

  /** Whether `nonce` was issued to `address`, and not too long ago. */
  isFresh(nonce: string, address: TransportAddress): boolean {
    const cookie = offersAlgorithms(nonce) ? ALGORITHMS_COOKIE : ''
    const bytes = Buffer.from(nonce.slice(cookie.length), 'base64url')
    if (bytes.length !== TIME_BYTES + MAC_BYTES) return false
    const mac = this.#mac(cookie, address, bytes.subarray(0, TIME_BYTES))
    const age = this.#clock.now() - bytes.readUInt32BE() * 1000
    return (
      timingSafeEqual(mac, bytes.subarray(TIME_BYTES)) && age <= NONCE_MS && age >= -MAX_SKEW_MS
    )
  }

  #mac(cookie: string, address: TransportAddress, time: Uint8Array): Uint8Array {
    return createHmac('sha256', this.#key)
      .update(`${cookie} ${formatAddress(address)} `)
      .update(time)
      .digest()
      .subarray(0, MAC_BYTES)
  }
}

/** Whether a nonce says that password algorithms were offered with it. */
export function offersAlgorithms(nonce: string): boolean {
  return nonce.startsWith(ALGORITHMS_COOKIE)
}
