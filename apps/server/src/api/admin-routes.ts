import { REGISTRATION_MODES } from '../accounts/registration.ts'
import { isLocalName, parseHost } from '../front/host.ts'
import type { RequestContext } from '../front/socket.ts'
import { chooseWritingToAll, WritingToAll } from '../people/writing-to-all.ts'
import { notFound } from './api-error.ts'
import { flag, idIn, optionalCount, optionalFlag, optionalWord } from './fields.ts'
import type { ApiRoutes } from './route.ts'
import { selfOf } from './self.ts'
import type { ApiServices } from './services.ts'

const MAX_INVITATION_USES = 1000
const MAX_INVITATION_DAYS = 365
const USUAL_INVITATION_DAYS = 7

/** What administrators do. */
export function adminRoutes(services: ApiServices): ApiRoutes {
  const { accounts, links, registration, store, bestOrigin } = services
  const writingToAll = new WritingToAll(store.settings)

  /** A link that works for others, also when it was made on the machine itself. */
  const shared = ({ url, host }: RequestContext, path: string): string => {
    const isLocal = isLocalName(parseHost(host)?.name ?? '')
    return `${(isLocal ? bestOrigin() : undefined) ?? url.origin}${path}`
  }

  const settings = async () => {
    const [mode, mayAllWriteToAll] = await Promise.all([
      registration.mode(),
      writingToAll.isForAll(),
    ])
    return { registration: mode, mayAllWriteToAll }
  }

  return [
    {
      method: 'GET',
      path: '/api/admin',
      access: 'administrator',
      async handle() {
        const users = await store.accounts.users()
        return {
          status: 200,
          json: {
            ...(await settings()),
            users: users.map((user) => {
              const { createdAt, lastSeenAt } = user
              return { ...selfOf(user), createdAt, lastSeenAt }
            }),
          },
        }
      },
    },
    {
      method: 'PATCH',
      path: '/api/admin',
      access: 'administrator',
      async handle(request) {
        const mode = optionalWord(request, 'registration', REGISTRATION_MODES)
        const isForAll = optionalFlag(request, 'mayAllWriteToAll')
        if (mode !== undefined) await registration.choose(mode)
        if (isForAll !== undefined) await chooseWritingToAll(store.settings, isForAll)
        return { status: 200, json: await settings() }
      },
    },
    {
      method: 'POST',
      path: '/api/admin/invitations',
      access: 'administrator',
      async handle(request) {
        const uses = optionalCount(request, 'uses', { preset: 1, most: MAX_INVITATION_USES })
        const days = optionalCount(request, 'days', {
          preset: USUAL_INVITATION_DAYS,
          most: MAX_INVITATION_DAYS,
        })
        const path = await links.invitation({ uses, days })
        return { status: 201, json: { url: shared(request.context, path) } }
      },
    },
    {
      method: 'DELETE',
      path: '/api/admin/invitations',
      access: 'administrator',
      async handle() {
        await links.revokeInvitations()
        return { status: 204 }
      },
    },
    {
      method: 'POST',
      path: '/api/admin/users/:id/reset',
      access: 'administrator',
      async handle(request) {
        const user = await store.accounts.userById(idIn(request, 'id'))
        if (!user) throw notFound()
        const path = await links.reset(user.id)
        return { status: 201, json: { url: shared(request.context, path) } }
      },
    },
    {
      method: 'PATCH',
      path: '/api/admin/users/:id',
      access: 'administrator',
      async handle(request) {
        const isAdministrator = flag(request, 'isAdministrator')
        const user = await accounts.setAdministrator(idIn(request, 'id'), isAdministrator)
        return { status: 200, json: { user: selfOf(user) } }
      },
    },
    {
      method: 'DELETE',
      path: '/api/admin/users/:id',
      access: 'administrator',
      async handle(request) {
        await accounts.delete(idIn(request, 'id'))
        return { status: 204 }
      },
    },
  ]
}
