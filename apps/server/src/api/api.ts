import { messageOf, type Clock, type Logger } from '@duet/base'
import type { Identify, Identity } from '../accounts/identity.ts'
import { isOwn } from '../accounts/own-origin.ts'
import type { HttpRoute, RequestContext } from '../front/socket.ts'
import { ApiError, apiErrorOf } from './api-error.ts'
import { readBody } from './body.ts'
import { RequestRates } from './request-rates.ts'
import { MAX_BODY_BYTES, type ApiAnswer, type ApiRequest, type ApiRoute } from './route.ts'
import { RouteTable } from './route-table.ts'

export interface ApiOptions {
  routes: readonly ApiRoute[]
  identify: Identify
  /** Which device asks, where it was logged in before. */
  deviceOf: (headers: Headers) => string | undefined
  clock: Clock
  logger: Logger
  isLimited: boolean
}

const PREFIX = '/api'

const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

/** What the front refuses, as the API says it. */
const FRONT_REFUSALS = {
  400: () => new ApiError('not-json', 'The body broke off.'),
  413: () => new ApiError('bad-field', 'The body is too large.', { status: 413 }),
  503: () => new ApiError('unavailable', 'The server is closing.', { retryAfterMs: 2000 }),
}

/** Serves the account API: judges who asks and from where, then lets an endpoint answer. */
export function createApi(options: ApiOptions): HttpRoute {
  const { routes, identify, deviceOf, clock, logger, isLimited } = options
  const table = new RouteTable(routes)
  const rates = isLimited ? new RequestRates(clock) : undefined

  const answer = async (context: RequestContext, request: Request): Promise<ApiAnswer> => {
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    const { route, params } = table.find(isRead ? 'GET' : request.method, context.url.pathname)
    if (!isRead && !isOwn(context)) {
      throw new ApiError('foreign-origin', 'Only pages of this server may do that.')
    }
    const identity = await identify(context)
    if (route.access !== 'anyone') admitted(route.access, identity)
    rates?.take({
      user: identity?.user.id,
      device: deviceOf(context.headers),
      address: context.address,
      isRead,
    })
    const asked: ApiRequest = {
      context,
      param: (name) => params.get(name) ?? '',
      query: context.url.searchParams,
      body: isRead ? new Map() : await readBody(request, route.maxBodyBytes ?? MAX_BODY_BYTES),
    }
    if (route.access === 'anyone') return route.handle(asked, identity)
    return route.handle(asked, admitted(route.access, identity))
  }

  return {
    prefix: PREFIX,
    maxBodyBytes: Math.max(MAX_BODY_BYTES, ...routes.map((route) => route.maxBodyBytes ?? 0)),
    refuse: (status) => refusal(FRONT_REFUSALS[status]()),
    async respond(context, request) {
      try {
        return respondWith(await answer(context, request))
      } catch (error) {
        const told = apiErrorOf(error)
        if (!told) {
          logger.error('an API request failed', {
            path: context.url.pathname.split('/', 3).join('/'),
            error: error instanceof Error ? error.stack : messageOf(error),
          })
        }
        return refusal(told ?? new ApiError('internal', 'Something went wrong here.'))
      }
    },
  }
}

/** Throws for those who may not. */
function admitted(access: 'user' | 'administrator', identity: Identity | undefined): Identity {
  if (!identity) throw new ApiError('not-signed-in', 'Log in first.')
  if (access === 'administrator' && !identity.user.isAdministrator) {
    throw new ApiError('not-allowed', 'Only administrators may do that.')
  }
  return identity
}

function respondWith(answer: ApiAnswer): Response {
  if (answer instanceof Response) {
    for (const [name, value] of Object.entries(HEADERS)) answer.headers.set(name, value)
    return answer
  }
  const headers = new Headers(HEADERS)
  for (const cookie of answer.cookies ?? []) headers.append('set-cookie', cookie)
  if (answer.status === 204) return new Response(null, { status: 204, headers })
  return Response.json(answer.json, { status: answer.status, headers })
}

function refusal({ code, message, status, retryAfterMs }: ApiError): Response {
  const headers = new Headers(HEADERS)
  const seconds = retryAfterMs === undefined ? 0 : Math.ceil(retryAfterMs / 1000)
  if (seconds > 0) headers.set('retry-after', String(seconds))
  return Response.json({ error: { code, message } }, { status, headers })
}
