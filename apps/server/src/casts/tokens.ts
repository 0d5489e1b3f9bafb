import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Clock } from '@duet/base'

/** Who holds a token. */
export interface TokenHolder {
  /** What its maker called it. */
  name: string
}

/** Longest name in a token, in UTF-16 units. */
export const MAX_TOKEN_NAME_LENGTH = 64

/** Longest token: a name takes four characters a unit at most, expiry and signature 55. */
const MAX_TOKEN_LENGTH = 4 * MAX_TOKEN_NAME_LENGTH + 64

/**
 * Tokens for the clients of the `cast` dialect that log in: `<name>.<expiry>.<signature>`, signed
 * with the server's key, so that none is kept. The expiry is in Unix seconds.
 */
export class CastTokens {
  readonly #key: Buffer
  readonly #clock: Clock

  constructor(key: Buffer, clock: Clock) {
    this.#key = key
    this.#clock = clock
  }

  /** A token that is valid for `ttlSeconds`. */
  issue(name: string, ttlSeconds: number): string {
    const expiry = Math.floor(this.#clock.now() / 1000) + ttlSeconds
    const claim = `${Buffer.from(name.slice(0, MAX_TOKEN_NAME_LENGTH)).toString('base64url')}.${expiry}`
    return `${claim}.${this.#sign(claim).toString('base64url')}`
  }

  /** Who holds it; undefined: it is none of ours, or its time is over. */
  read(token: unknown): TokenHolder | undefined {
    if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) return undefined
    const [name = '', expiry = '', signature = '', ...rest] = token.split('.')
    const given = Buffer.from(signature, 'base64url')
    const right = this.#sign(`${name}.${expiry}`)
    const isOurs =
      rest.length === 0 && given.length === right.length && timingSafeEqual(given, right)
    if (!isOurs || Number(expiry) * 1000 <= this.#clock.now()) return undefined
    return { name: Buffer.from(name, 'base64url').toString() }
  }

  #sign(claim: string): Buffer {
    return createHmac('sha256', this.#key).update(claim).digest()
  }
}
