import {
  ATTRIBUTE,
  attributeOf,
  decodeText,
  longTermKey,
  verifyIntegrity,
  type Integrity,
  type PasswordAlgorithm,
  type ReceivedMessage,
  type TransportAddress,
  ipOf,
} from '@duet/stun'
import type { AuthenticationRefusal, Authenticator, KnownUser } from './authenticator.ts'
import { householdOf } from './networks.ts'
import { offersAlgorithms, type Nonces } from './nonce.ts'

/** SHA-256, then MD5, each without parameters: the value of PASSWORD-ALGORITHMS. */
export const OFFERED_ALGORITHMS = Uint8Array.of(0, 2, 0, 0, 0, 1, 0, 0)
/** USERNAME is shorter than 509 bytes (RFC 8489 §14.3); REALM and NONCE have at most 763. */
const MAX_USERNAME_BYTES = 508
const MAX_QUOTED_BYTES = 763

/** Who sent a request that was verified. */
export interface Credentials {
  username: string
  /** Whose quota is used. */
  userId: string
  /** The password that was right. */
  password: string
  /** Seals the answers to the request. */
  integrity: Integrity
}

export type AuthenticationResult =
  | { kind: 'accepted'; credentials: Credentials }
  /** Answered with REALM and a fresh NONCE. */
  | { kind: 'challenged'; code: 401 | 438; reason: ChallengeReason }
  | { kind: 'malformed' }

type ChallengeReason =
  | 'no-integrity'
  | 'unknown-user'
  | 'wrong-password'
  | 'stale-nonce'
  | AuthenticationRefusal

export interface AuthenticationOptions {
  realm: string
  authenticate: Authenticator
  nonces: Nonces
}

/** The long-term credential mechanism on the server's side (RFC 8489 §9.2.4). */
export class Authentication {
  readonly #options: AuthenticationOptions
  /** Nobody's password: an unknown user costs the same work as a wrong password. */
  readonly #nobody: KnownUser = { userId: '', passwords: [crypto.randomUUID()] }

  constructor(options: AuthenticationOptions) {
    this.#options = options
  }

  /**
   * Verifies a request from `address`. `current` are the credentials that its allocation was
   * made with: they go on being good for it after they have expired.
   */
  verify(
    message: ReceivedMessage,
    address: TransportAddress,
    current: Credentials | undefined,
  ): AuthenticationResult {
    // 1. Without integrity, challenge.
    if (message.integrityOffset === undefined && message.integritySha256Offset === undefined) {
      return { kind: 'challenged', code: 401, reason: 'no-integrity' }
    }
    // 2. Without username, realm or nonce, the request is malformed.
    const username = textOf(message, ATTRIBUTE.username, MAX_USERNAME_BYTES)
    const realm = textOf(message, ATTRIBUTE.realm, MAX_QUOTED_BYTES)
    const nonce = textOf(message, ATTRIBUTE.nonce, MAX_QUOTED_BYTES)
    if (realm === undefined || nonce === undefined) return { kind: 'malformed' }
    if (username === undefined) {
      // USERHASH is never offered: who sends one is nobody we know.
      const isHashed = attributeOf(message, ATTRIBUTE.userhash) && !hasUsername(message)
      return isHashed
        ? { kind: 'challenged', code: 401, reason: 'unknown-user' }
        : { kind: 'malformed' }
    }
    // 3. What was offered must come back as it was, against bidding down.
    const algorithm = chosenAlgorithm(message, nonce)
    if (!algorithm) return { kind: 'malformed' }
    // 4. and 5. The user must be known in this realm, and the integrity right.
    const isOurs = realm === this.#options.realm
    const known = isOurs ? this.#knownUser(username, current) : undefined
    const user = known ?? this.#nobody
    const credentials = matchingCredentials(message, {
      username,
      user,
      realm: this.#options.realm,
      algorithm,
    })
    if (!known) return { kind: 'challenged', code: 401, reason: 'unknown-user' }
    if (!credentials) return { kind: 'challenged', code: 401, reason: 'wrong-password' }
    // 6. The nonce must be fresh.
    if (!this.#options.nonces.isFresh(nonce, address)) {
      return { kind: 'challenged', code: 438, reason: 'stale-nonce' }
    }
    if (known.refusal) return { kind: 'challenged', code: 401, reason: known.refusal }
    const userId = known.isShared
      ? `${known.userId} at ${householdOf(ipOf(address))}`
      : known.userId
    return { kind: 'accepted', credentials: { ...credentials, userId } }
  }

  #knownUser(username: string, current: Credentials | undefined): KnownUser | undefined {
    if (current?.username === username) {
      return { userId: current.userId, passwords: [current.password] }
    }
    return this.#options.authenticate(username, this.#options.realm)
  }
}

/** The text of an attribute; undefined when it is missing, too long or no UTF-8. */
function textOf(message: ReceivedMessage, type: number, maxBytes: number): string | undefined {
  const value = attributeOf(message, type)
  return value && value.length <= maxBytes ? decodeText(value) : undefined
}

function hasUsername(message: ReceivedMessage): boolean {
  return attributeOf(message, ATTRIBUTE.username) !== undefined
}

/** The algorithm of the client's choice; undefined when it does not fit what was offered. */
function chosenAlgorithm(message: ReceivedMessage, nonce: string): PasswordAlgorithm | undefined {
  if (!offersAlgorithms(nonce)) return 'md5'
  const offered = attributeOf(message, ATTRIBUTE.passwordAlgorithms)
  const chosen = attributeOf(message, ATTRIBUTE.passwordAlgorithm)
  if (!offered && !chosen) return 'md5'
  if (!offered || !chosen || !isEqual(offered, OFFERED_ALGORITHMS)) return undefined
  if (isEqual(chosen, Uint8Array.of(0, 1, 0, 0))) return 'md5'
  return isEqual(chosen, Uint8Array.of(0, 2, 0, 0)) ? 'sha-256' : undefined
}

interface Candidate {
  username: string
  user: KnownUser
  realm: string
  algorithm: PasswordAlgorithm
}

/** Tries each password of the user; each try takes the same time. */
function matchingCredentials(
  message: ReceivedMessage,
  { username, user, realm, algorithm }: Candidate,
): Credentials | undefined {
  const hasNegotiated = attributeOf(message, ATTRIBUTE.passwordAlgorithm) !== undefined
  // Who knows password algorithms knows MESSAGE-INTEGRITY-SHA256 (RFC 8489 §9.2.5).
  const isSha256 = hasNegotiated || message.integrityOffset === undefined
  for (const password of user.passwords) {
    const key = longTermKey(algorithm, { username, realm, password })
    const integrity: Integrity = { algorithm: isSha256 ? 'sha-256' : 'sha-1', key }
    if (verifyIntegrity(message, integrity)) {
      return { username, userId: user.userId, password, integrity }
    }
  }
  return undefined
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}
