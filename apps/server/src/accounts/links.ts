import type { Clock } from '@duet/base'
import type { UserId } from '@duet/rules'
import type { AccountStore, LinkKind, OneTimeLink } from '../store/account-store.ts'
import { digestOf, isToken, newToken } from './token.ts'

export const DAY_MS = 24 * 3_600_000

const ADMINISTRATOR_LINK_MS = 7 * DAY_MS
const RESET_LINK_MS = DAY_MS

/** What an invitation lets in. */
export interface Invitation {
  uses: number
  days: number
}

/** Makes the one-time links of accounts; the store keeps digests of their tokens. */
export class Links {
  readonly #accounts: AccountStore
  readonly #clock: Clock

  constructor(accounts: AccountStore, clock: Clock) {
    this.#accounts = accounts
    this.#clock = clock
  }

  /** The path of a link that makes the first administrator. */
  async administrator(): Promise<string> {
    const token = await this.#make('administrator', { lifeMs: ADMINISTRATOR_LINK_MS })
    return `/administrator/${token}`
  }

  /** The path of a link that sets this user's password; earlier ones end. */
  async reset(userId: UserId): Promise<string> {
    await this.#accounts.deleteLinks('reset', userId)
    return `/reset/${await this.#make('reset', { lifeMs: RESET_LINK_MS, userId })}`
  }

  /** The path of a link with which people register. */
  async invitation({ uses, days }: Invitation): Promise<string> {
    const token = await this.#make('invitation', { lifeMs: days * DAY_MS, uses })
    return `/register?invitation=${token}`
  }

  revokeInvitations(): Promise<void> {
    return this.#accounts.deleteLinks('invitation')
  }

  /** The link with this token, while it works. */
  async find(kind: LinkKind, token: string): Promise<OneTimeLink | undefined> {
    if (!isToken(token)) return undefined
    return this.#accounts.link(kind, digestOf(token), this.#clock.now())
  }

  async #make(
    kind: LinkKind,
    { lifeMs, userId = null, uses = 1 }: { lifeMs: number; userId?: UserId | null; uses?: number },
  ): Promise<string> {
    const token = newToken()
    const expiresAt = this.#clock.now() + lifeMs
    await this.#accounts.createLink({ kind, digest: digestOf(token), userId, uses, expiresAt })
    return token
  }
}
