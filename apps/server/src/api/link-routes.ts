import type { LinkKind } from '../store/account-store.ts'
import { clientOf } from '../accounts/browser.ts'
import { notFound } from './api-error.ts'
import { optionalText, text } from './fields.ts'
import type { ApiRoutes } from './route.ts'
import { loginAnswer, selfOf } from './self.ts'
import type { ApiServices } from './services.ts'

const KINDS: readonly LinkKind[] = ['invitation', 'reset', 'administrator']

/** What one-time links open. */
export function linkRoutes({ accounts, links, store }: ApiServices): ApiRoutes {
  return [
    {
      method: 'GET',
      path: '/api/links/:kind/:token',
      access: 'anyone',
      async handle(request) {
        const kind = KINDS.find((known) => known === request.param('kind'))
        if (!kind) throw notFound()
        const link = await links.find(kind, request.param('token'))
        const user = link?.userId == null ? undefined : await store.accounts.userById(link.userId)
        return {
          status: 200,
          json: { isValid: link !== undefined, ...(user && { name: user.name }) },
        }
      },
    },
    {
      method: 'POST',
      path: '/api/reset',
      access: 'anyone',
      async handle(request) {
        const [token, password] = [text(request, 'token'), text(request, 'password')]
        await accounts.resetPassword(token, password, request.context.address)
        return { status: 204 }
      },
    },
    {
      method: 'POST',
      path: '/api/administrator',
      access: 'anyone',
      async handle(request, identity) {
        const token = text(request, 'token')
        if (identity && !request.body.has('name')) {
          const user = await accounts.becomeAdministrator(token, identity.user.id)
          return { status: 200, json: { user: selfOf(user) } }
        }
        const signedIn = await accounts.registerAdministrator(
          token,
          {
            name: text(request, 'name'),
            password: text(request, 'password'),
            displayName: optionalText(request, 'displayName'),
          },
          clientOf(request.context),
        )
        return loginAnswer(201, signedIn)
      },
    },
  ]
}
