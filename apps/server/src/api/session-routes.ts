import type { Identity } from '../accounts/identity.ts'
import { clientOf, NO_LOGIN_COOKIE } from '../accounts/browser.ts'
import { optionalText, text } from './fields.ts'
import type { ApiRoutes } from './route.ts'
import { loginAnswer } from './self.ts'
import type { ApiServices } from './services.ts'

/** Making an account, logging in and out. */
export function sessionRoutes({ accounts, logins }: ApiServices): ApiRoutes {
  /** The browser's cookie is replaced: its login before would only stand in the list. */
  const leave = async (before: Identity | undefined): Promise<void> => {
    if (before) await logins.end(before.user.id, before.loginId).catch(() => false)
  }

  return [
    {
      method: 'POST',
      path: '/api/register',
      access: 'anyone',
      async handle(request, before) {
        const signedIn = await accounts.register(
          {
            name: text(request, 'name'),
            password: text(request, 'password'),
            displayName: optionalText(request, 'displayName'),
            invitation: optionalText(request, 'invitation'),
          },
          clientOf(request.context),
        )
        await leave(before)
        return loginAnswer(201, signedIn)
      },
    },
    {
      method: 'POST',
      path: '/api/login',
      access: 'anyone',
      async handle(request, before) {
        const [name, password] = [text(request, 'name'), text(request, 'password')]
        const signedIn = await accounts.logIn(name, password, clientOf(request.context))
        await leave(before)
        return loginAnswer(200, signedIn)
      },
    },
    {
      method: 'POST',
      path: '/api/logout',
      access: 'anyone',
      async handle(_request, identity) {
        if (identity) await logins.end(identity.user.id, identity.loginId)
        return { status: 204, cookies: [NO_LOGIN_COOKIE] }
      },
    },
  ]
}
