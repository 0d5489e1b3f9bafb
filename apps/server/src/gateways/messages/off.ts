import type { Gateway } from '../gateway.ts'
import { MAX_BODY_BYTES, PREFIX, SOCKET_PATHS } from './paths.ts'

/** In its place when it is switched off: says how to switch it on. */
export function refuseMessagesDialect(): Gateway {
  return {
    routes: SOCKET_PATHS.map((path) => ({ path, maxMessageBytes: 1, accept: refuse })),
    httpRoutes: [{ prefix: PREFIX, maxBodyBytes: MAX_BODY_BYTES, respond: refuse }],
    close: () => Promise.resolve(),
  }
}

function refuse(): Response {
  const sentence =
    'The messages dialect is switched off here; --dialects messages switches it on.\n'
  return new Response(sentence, {
    status: 404,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  })
}
