import { NO_LOGIN_COOKIE, renewedCookies } from '../accounts/browser.ts'
import { ApiError } from './api-error.ts'
import { idIn, optionalFlag, optionalText, text } from './fields.ts'
import type { ApiRoutes } from './route.ts'
import { selfOf } from './self.ts'
import type { ApiServices } from './services.ts'

/** One's own account and logins. */
export function selfRoutes(services: ApiServices): ApiRoutes {
  const { accounts, logins, registration, store, rooms, peopleMode } = services
  return [
    {
      method: 'GET',
      path: '/api/me',
      access: 'anyone',
      async handle({ context }, identity) {
        const [mode, hasAdministrator] = await Promise.all([
          registration.mode(),
          store.accounts.hasAdministrator(),
        ])
        return {
          status: 200,
          json: {
            user: identity ? selfOf(identity.user) : null,
            registration: mode,
            hasAdministrator,
            rooms,
            people: peopleMode,
          },
          cookies: identity ? renewedCookies(context) : [],
        }
      },
    },
    {
      method: 'PATCH',
      path: '/api/me',
      access: 'user',
      async handle(request, { user }) {
        const changed = await accounts.change(user.id, {
          displayName: optionalText(request, 'displayName'),
          doNotDisturb: optionalFlag(request, 'doNotDisturb'),
        })
        return { status: 200, json: { user: selfOf(changed) } }
      },
    },
    {
      method: 'POST',
      path: '/api/me/password',
      access: 'user',
      async handle(request, identity) {
        const [current, next] = [text(request, 'current'), text(request, 'next')]
        await accounts.changePassword(identity, { current, next }, request.context.address)
        return { status: 204 }
      },
    },
    {
      method: 'POST',
      path: '/api/me/delete',
      access: 'user',
      async handle(request, identity) {
        await accounts.deleteOwn(identity, text(request, 'password'), request.context.address)
        return { status: 204, cookies: [NO_LOGIN_COOKIE] }
      },
    },
    {
      method: 'GET',
      path: '/api/me/logins',
      access: 'user',
      async handle(_request, { user, loginId }) {
        const all = await logins.of(user.id)
        return {
          status: 200,
          json: {
            logins: all.map(({ id, label, address, createdAt, usedAt }) => {
              return { id, label, address, createdAt, usedAt, isCurrent: id === loginId }
            }),
          },
        }
      },
    },
    {
      method: 'DELETE',
      path: '/api/me/logins/:id',
      access: 'user',
      async handle(request, { user, loginId }) {
        const id = idIn(request, 'id')
        if (!(await logins.end(user.id, id))) {
          throw new ApiError('not-found', 'You are not logged in there.')
        }
        return { status: 204, cookies: id === loginId ? [NO_LOGIN_COOKIE] : [] }
      },
    },
  ]
}
