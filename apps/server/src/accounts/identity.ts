import type { RequestContext } from '../front/socket.ts'
import type { User } from '../store/account-store.ts'

/** Who speaks: the account of a login. */
export interface Identity {
  user: User
  loginId: number
}

/**
 * Judges the cookie of a request. Undefined at once: it has none, or comes from a page of another
 * origin. Undefined later: its login is over. Rejects with a StoreError.
 */
export type Identify = (context: RequestContext) => Promise<Identity | undefined> | undefined
