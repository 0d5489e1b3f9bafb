import { PUSH_LIMITS, type PushService } from '../push/index.ts'
import { ApiError, notFound } from './api-error.ts'
import { badField, optionalText, text } from './fields.ts'
import type { ApiRequest, ApiRoutes } from './route.ts'

/** A language tag, as browsers write it. */
const MAX_LANGUAGE_LENGTH = 16

/** Where this user's browsers can be reached while no page is open; undefined: nobody is. */
export function pushRoutes(push: PushService | undefined): ApiRoutes {
  return [
    {
      method: 'GET',
      path: '/api/push',
      access: 'user',
      handle: () =>
        Promise.resolve({
          status: 200,
          json: { isPossible: push !== undefined, key: push?.publicKey ?? '' },
        }),
    },
    {
      method: 'PUT',
      path: '/api/push/subscription',
      access: 'user',
      async handle(request, { user, loginId }) {
        if (!push) throw notFound()
        const { p256dh, auth } = keysIn(request)
        const refusal = await push.subscribe({
          userId: user.id,
          loginId,
          endpoint: text(request, 'endpoint', PUSH_LIMITS.endpointLength),
          p256dh,
          auth,
          language: optionalText(request, 'language', MAX_LANGUAGE_LENGTH) ?? 'en',
        })
        if (refusal === 'bad-keys') throw badField('keys')
        if (refusal) throw new ApiError('bad-field', 'This server may not send to that endpoint.')
        return { status: 204 }
      },
    },
    {
      method: 'DELETE',
      path: '/api/push/subscription',
      access: 'user',
      async handle(request, { user }) {
        await push?.unsubscribe(user.id, text(request, 'endpoint', PUSH_LIMITS.endpointLength))
        return { status: 204 }
      },
    },
  ]
}

function keysIn({ body }: ApiRequest): { p256dh: string; auth: string } {
  const keys = body.get('keys')
  if (typeof keys !== 'object' || keys === null) throw badField('keys')
  const { p256dh, auth } = keys as { p256dh?: unknown; auth?: unknown }
  if (typeof p256dh !== 'string' || typeof auth !== 'string') throw badField('keys')
  return { p256dh, auth }
}
