import { createHmac } from 'node:crypto'
import type { Authenticator, KnownUser } from './authenticator.ts'

/** An expiry further ahead than this is a mistake, most likely milliseconds. */
const MAX_AHEAD_SECONDS = 48 * 3600

/** A username and its password, as `iceServers` wants them. */
export interface TurnCredentials {
  username: string
  /** The password; `credential` in an `RTCIceServer`. */
  password: string
}

export interface RestCredentialsOptions {
  secret: string
  /** Whom the quota is counted for; without it, the whole username. */
  id?: string
  ttlSeconds: number
  /** Milliseconds since the epoch. */
  now: number
}

/** Credentials that any server with the same secret accepts until they expire. */
export function createRestCredentials(options: RestCredentialsOptions): TurnCredentials {
  const expiry = Math.floor(options.now / 1000) + options.ttlSeconds
  const username = options.id === undefined ? `${expiry}` : `${expiry}:${options.id}`
  return { username, password: restPassword(options.secret, username) }
}

export interface RestAuthenticatorOptions {
  /** All are accepted, so that a new one can be brought in before the old one goes. */
  secrets: readonly string[]
  /** Milliseconds since the epoch. */
  now: () => number
  /** Seconds that an expiry may lie ahead; 48 hours unless said. */
  maxAheadSeconds?: number
}

/**
 * Accepts usernames `<expiry in seconds>:<id>` whose password is the HMAC-SHA1 of the
 * username. Throws `TypeError` without a secret.
 */
export function restAuthenticator(options: RestAuthenticatorOptions): Authenticator {
  const { secrets, now, maxAheadSeconds = MAX_AHEAD_SECONDS } = options
  if (secrets.length === 0 || secrets.includes('')) {
    throw new TypeError('REST credentials need at least one secret, and no empty one')
  }
  return (username) => {
    const match = /^(\d{1,15})(?::(.*))?$/s.exec(username)
    if (!match) return undefined
    const ahead = Number(match[1]) - now() / 1000
    const user: KnownUser = {
      userId: match[2] ?? username,
      passwords: secrets.map((secret) => restPassword(secret, username)),
    }
    if (ahead <= 0) return { ...user, refusal: 'expired' }
    return ahead > maxAheadSeconds ? { ...user, refusal: 'expiry-too-far' } : user
  }
}

function restPassword(secret: string, username: string): string {
  return createHmac('sha1', secret).update(username).digest('base64')
}
