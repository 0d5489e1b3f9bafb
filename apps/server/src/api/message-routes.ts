import type { UserId } from '@duet/rules'
import { idIn, pageOf } from './fields.ts'
import type { ApiRequest, ApiRoutes } from './route.ts'
import type { ApiServices } from './services.ts'

/** What was written; sending goes over the WebSocket. */
export function messageRoutes({ store }: ApiServices): ApiRoutes {
  return [
    {
      method: 'GET',
      path: '/api/conversations',
      access: 'user',
      async handle(_request, { user }) {
        const conversations = await store.messages.conversationsOf(user.id)
        return { status: 200, json: { conversations } }
      },
    },
    {
      method: 'GET',
      path: '/api/messages/:with',
      access: 'user',
      async handle(request, { user }) {
        const messages = await store.messages.between(user.id, partner(request), pageOf(request))
        return { status: 200, json: { messages } }
      },
    },
  ]
}

/** Null: everyone. Somebody unknown wrote nothing, which is no secret. */
function partner(request: ApiRequest): UserId | null {
  return request.param('with') === 'all' ? null : idIn(request, 'with')
}
