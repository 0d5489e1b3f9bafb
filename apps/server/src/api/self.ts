import { loginCookies } from '../accounts/browser.ts'
import type { SignedIn } from '../accounts/logins.ts'
import type { User } from '../store/account-store.ts'
import type { ApiAnswer } from './route.ts'

/** The user who asks, as the API says it. */
export interface Self {
  id: number
  name: string
  displayName: string
  isAdministrator: boolean
  doNotDisturb: boolean
}

export function selfOf(user: User): Self {
  const { id, name, displayName, isAdministrator, doNotDisturb } = user
  return { id, name, displayName, isAdministrator, doNotDisturb }
}

/** The answer to a new login: who it is, and what the browser keeps. */
export function loginAnswer(status: 200 | 201, signedIn: SignedIn): ApiAnswer {
  return { status, json: { user: selfOf(signedIn.user) }, cookies: loginCookies(signedIn) }
}
