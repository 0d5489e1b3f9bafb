import { randomBytes } from 'node:crypto'
import type { TurnServer } from '@duet/turn'

/** What the relays of this server are told of logins. */
export type RelayPolicy = Pick<TurnServer, 'setGrant' | 'revoke'>

/** Whose peers the TURN server lets it reach. */
export type Peers = 'any' | readonly string[]

/** User ids of TURN that were given to one client each begin so. */
export const SCOPED_PREFIX = 's-'

/** REST credentials count seconds. */
const SECOND_MS = 1000

/** A login at the relays, which nobody else has. */
export class RelayLogin {
  /** Stands behind the expiry in the user name; unguessable, and tells nothing. */
  readonly id = `${SCOPED_PREFIX}${randomBytes(15).toString('base64url')}`
  readonly #policy: RelayPolicy | undefined
  /** When the last of its credentials end; undefined: nobody has any. */
  #endsAt: number | undefined

  constructor(policy: RelayPolicy | undefined) {
    this.#policy = policy
  }

  /** Credentials are given out that end then. */
  give(endsAt: number): void {
    this.#endsAt = Math.max(endsAt, this.#endsAt ?? 0)
  }

  grant(peers: Peers): void {
    if (this.#endsAt === undefined) return
    this.#policy?.setGrant(this.id, { peers, expiresAt: this.#endsAt + SECOND_MS })
  }

  /** Ends its allocations; it may make others. */
  endAllocations(now: number): void {
    if (this.#endsAt !== undefined) this.#policy?.revoke(this.id, now)
  }

  /** Ends its allocations, and it for good. */
  revoke(): void {
    if (this.#endsAt !== undefined) this.#policy?.revoke(this.id, this.#endsAt + SECOND_MS)
    this.#endsAt = undefined
  }
}
