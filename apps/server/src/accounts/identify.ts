import type { Clock } from '@duet/base'
import type { AccountStore } from '../store/account-store.ts'
import { LOGIN_COOKIE, readCookie } from './cookies.ts'
import type { Identify, Identity } from './identity.ts'
import { LOGIN_MS } from './logins.ts'
import { isForeign } from './own-origin.ts'
import { digestOf, isToken } from './token.ts'

/** A login in use is written down again after so long, in milliseconds. */
const TOUCH_MS = 3_600_000

/** Judges who speaks by the login cookie; a request of a foreign page is nobody's. */
export function createIdentify(accounts: AccountStore, clock: Clock): Identify {
  const lookUp = async (token: string): Promise<Identity | undefined> => {
    const now = clock.now()
    const found = await accounts.loginByDigest(digestOf(token), now)
    if (!found) return undefined
    const { user, login } = found
    if (now - login.usedAt >= TOUCH_MS) {
      // Who may read is served, also while nothing can be written.
      await accounts.touchLogin(login.id, now, now + LOGIN_MS).catch(() => undefined)
    }
    return { user, loginId: login.id }
  }
  return (context) => {
    const token = readCookie(context.headers, LOGIN_COOKIE)
    if (token === undefined || !isToken(token) || isForeign(context)) return undefined
    return lookUp(token)
  }
}
