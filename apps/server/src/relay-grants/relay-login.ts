import { randomBytes } from 'node:crypto'
import type { TurnServer } from '@duet/turn'
import { SCOPED_PREFIX } from '../config/index.ts'

/** What the relays of this server are told of logins. */
export type RelayPolicy = Pick<TurnServer, 'setGrant' | 'revoke'>

/** Whose peers the TURN server lets it reach. */
export type Peers = 'any' | readonly string[]

/** REST credentials count seconds. */
const SECOND_MS = 1000

/**
 * A login at the relays. It has one holder, or also those who went on with one of several seats of
 * its: it reaches what any of them does, and ends with the last one.
 */
export class RelayLogin {
  /** Stands behind the expiry in the user name; unguessable, and tells nothing. */
  readonly id = `${SCOPED_PREFIX}${randomBytes(15).toString('base64url')}`
  readonly #policy: RelayPolicy | undefined
  readonly #reached = new Map<object, Peers>()
  /** When the last of its credentials end; undefined: nobody has any. */
  #endsAt: number | undefined

  constructor(policy: RelayPolicy | undefined) {
    this.#policy = policy
  }

  /** Credentials are given out that end then. */
  give(endsAt: number): void {
    this.#endsAt = Math.max(endsAt, this.#endsAt ?? 0)
  }

  /** What it is to reach for one of its holders. */
  grant(holder: object, peers: Peers): void {
    this.#reached.set(holder, peers)
    this.#tell()
  }

  /** Ends its allocations if nobody else holds it, and reaches nobody for this one; it may make others. */
  endAllocations(holder: object, now: number): void {
    this.#reached.delete(holder)
    if (this.#endsAt !== undefined && this.#reached.size === 0) this.#policy?.revoke(this.id, now)
    this.grant(holder, [])
  }

  /** One needs it no more. After the last one its allocations end, and it for good. */
  release(holder: object): void {
    this.#reached.delete(holder)
    if (this.#reached.size > 0) return this.#tell()
    if (this.#endsAt !== undefined) this.#policy?.revoke(this.id, this.#endsAt + SECOND_MS)
    this.#endsAt = undefined
  }

  #tell(): void {
    if (this.#endsAt === undefined) return
    const all = [...this.#reached.values()]
    const peers = all.includes('any') ? 'any' : [...new Set(all.flat())]
    this.#policy?.setGrant(this.id, { peers, expiresAt: this.#endsAt + SECOND_MS })
  }
}
