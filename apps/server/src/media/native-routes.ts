import type { HttpRoute, RequestContext } from '../front/socket.ts'
import { bearerOf } from './bearer.ts'
import { MAX_OFFER_BYTES } from './limits.ts'
import { problem } from './problem.ts'
import { MediaRefusal } from './refusal.ts'
import { DEFAULT_VHOST, decoded } from './stream-url.ts'
import { streamTarget } from './stream-target.ts'
import type { Whip, WhipAddress } from './whip.ts'

/** The native addresses, and what they are for. */
export const NATIVE_PREFIXES = { '/whip': 'publish', '/whep': 'play' } as const

type Prefix = keyof typeof NATIVE_PREFIXES

/** WHIP at `/whip/<room>/<name>` and WHEP at `/whep/<room>/<name>`, both with a bearer token. */
export function nativeRoutes(whip: Whip): HttpRoute[] {
  return (['/whip', '/whep'] as const).map((prefix) => ({
    prefix,
    maxBodyBytes: MAX_OFFER_BYTES,
    // The token has been said already when a redirect could be: encoders that take no
    // certificate made by its server would be lost, and nobody would gain.
    isPlainAllowed: true,
    refuse: (status) => problem(frontRefusal(status)),
    respond(context, request) {
      const address = addressAt(prefix, context)
      if (address) return whip.respond({ context, request, address })
      return problem(new MediaRefusal('not-found', `Write ${prefix}/<room>/<name>.`))
    },
  }))
}

/** What the front refuses before a route is asked. */
export function frontRefusal(status: 400 | 413 | 503): MediaRefusal {
  if (status === 413) return new MediaRefusal('too-long', 'The body is too long.')
  if (status === 503) return new MediaRefusal('closed', 'The server is going away.')
  return new MediaRefusal('bad-body', 'The body broke off.')
}

/** `/<prefix>/<room>/<name>` and `/<prefix>/<room>/<name>/<session>`; undefined for anything else. */
function addressAt(prefix: Prefix, { url, headers }: RequestContext): WhipAddress | undefined {
  const [room = '', name = '', sessionId, ...rest] = url.pathname
    .slice(prefix.length + 1)
    .split('/')
  const target = streamTarget(decoded(room), decoded(name))
  if (!target || rest.length > 0) return undefined
  return {
    kind: NATIVE_PREFIXES[prefix],
    target,
    // A slash at the end leads to the endpoint as well.
    sessionId: sessionId || undefined,
    credential: { name: 'bearer', token: bearerOf(headers) },
    vhost: DEFAULT_VHOST,
    param: url.search,
    isTypeNamed: true,
    locationOf: (id) => `${prefix}/${room}/${name}/${encodeURIComponent(id)}`,
  }
}
