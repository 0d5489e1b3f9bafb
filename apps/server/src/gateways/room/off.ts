import type { Gateway } from '../gateway.ts'
import { PATHS, PREFIX } from './paths.ts'

/** What is longer is not read to be refused. */
const MAX_BODY_BYTES = 64 * 1024

/** In its place when it is switched off: says how to switch it on. Loads nothing of it. */
export function refuseRoomDialect(): Gateway {
  return {
    routes: PATHS.map((path) => ({
      path,
      maxMessageBytes: 1,
      isPlainAllowed: true,
      accept: refuse,
    })),
    httpRoutes: [
      { prefix: PREFIX, maxBodyBytes: MAX_BODY_BYTES, isPlainAllowed: true, respond: refuse },
    ],
    close: () => Promise.resolve(),
  }
}

function refuse(): Response {
  return new Response('The room dialect is switched off here; --dialects room switches it on.\n', {
    status: 404,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  })
}
