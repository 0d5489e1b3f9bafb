import { normalizeUserName, type ContactState } from '@duet/protocol'
import type { UserId } from '@duet/rules'
import { toPersonInfo } from '../people/person-info.ts'
import { sightOf } from '../people/sight.ts'
import type { Relation } from '../store/people-store.ts'
import { ApiError, notFound } from './api-error.ts'
import { idIn, text } from './fields.ts'
import type { ApiRequest, ApiRoute, ApiRoutes } from './route.ts'
import type { ApiServices } from './services.ts'

/** Other users: who is there, contacts, blocks. */
export function peopleRoutes(services: ApiServices): ApiRoutes {
  const { store, people, peopleMode } = services

  const relationTo = async (user: UserId, other: UserId): Promise<Relation | undefined> => {
    const relations = await store.people.relationsOf(user)
    return relations.find(({ userId }) => userId === other)
  }

  /** The other user that the path names; `not-found` for one who may not be seen. */
  const seenUser = async (request: ApiRequest, user: UserId): Promise<UserId> => {
    const other = idIn(request, 'id')
    const relation = await relationTo(user, other)
    const isSeen = other !== user && sightOf(peopleMode, relation) !== 'hidden'
    if (!isSeen || !(await store.accounts.userById(other))) throw notFound()
    return other
  }

  /** Asks, or accepts. Who is blocked does not learn it, and the other one is not asked. */
  const ask = async (user: UserId, other: UserId): Promise<ContactState> => {
    const relation = await relationTo(user, other)
    if (relation?.isBlocked) return relation.contact ?? 'asked'
    const contact = await store.people.askContact(user, other)
    people.relationChanged(user, other)
    return contact
  }

  const changesRelation = (
    method: ApiRoute['method'],
    path: string,
    change: (user: UserId, other: UserId) => Promise<void>,
  ): ApiRoute => ({
    method,
    path,
    access: 'user',
    async handle(request, { user }) {
      const other = await seenUser(request, user.id)
      await change(user.id, other)
      people.relationChanged(user.id, other)
      return { status: 204 }
    },
  })

  return [
    {
      method: 'GET',
      path: '/api/people',
      access: 'user',
      async handle(_request, { user }) {
        const seen = await people.seenBy(user.id)
        return { status: 200, json: { people: seen.map(toPersonInfo) } }
      },
    },
    {
      method: 'POST',
      path: '/api/contacts',
      access: 'user',
      async handle(request, { user }) {
        const name = normalizeUserName(text(request, 'name'))
        if (!name.ok) throw new ApiError('bad-user-name', name.fault)
        const other = await store.accounts.userByName(name.name)
        if (!other || other.id === user.id) throw notFound()
        return { status: 200, json: { contact: await ask(user.id, other.id), id: other.id } }
      },
    },
    {
      method: 'PUT',
      path: '/api/contacts/:id',
      access: 'user',
      async handle(request, { user }) {
        const other = await seenUser(request, user.id)
        return { status: 200, json: { contact: await ask(user.id, other) } }
      },
    },
    changesRelation('DELETE', '/api/contacts/:id', (user, other) =>
      store.people.removeContact(user, other),
    ),
    changesRelation('PUT', '/api/blocks/:id', (user, other) => store.people.block(user, other)),
    changesRelation('DELETE', '/api/blocks/:id', (user, other) =>
      store.people.unblock(user, other),
    ),
  ]
}
