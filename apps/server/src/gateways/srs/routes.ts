import type { HttpRoute, SocketRoute } from '../../front/socket.ts'
import type { Gateway } from '../gateway.ts'
import { MAX_MESSAGE_BYTES } from './limits.ts'

const SIGNALING_PATH = '/sig/v1/rtc'
const VERSIONS_PATH = '/sig/v1/versions'

/** The version of the signaling that is spoken. */
const VERSION = '1.0'

/** Where the WebSockets are; what their query says is said again in the messages. */
export function socketRoute(accept: SocketRoute['accept']): SocketRoute {
  return {
    path: SIGNALING_PATH,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    isPlainAllowed: true,
    accept,
  }
}

/** Says which version is spoken, to pages of any origin. */
export const versionsRoute: HttpRoute = {
  prefix: VERSIONS_PATH,
  maxBodyBytes: 0,
  isPlainAllowed: true,
  respond({ url }, { method }) {
    if (url.pathname !== VERSIONS_PATH) return plain(404, 'Not found\n')
    if (method !== 'GET' && method !== 'HEAD') {
      return plain(405, 'Only GET\n', { allow: 'GET, HEAD' })
    }
    return plain(200, VERSION, { 'access-control-allow-origin': '*' })
  },
}

/** In its place when it is switched off: says how to switch it on. */
export function refuseSrsDialect(): Gateway {
  return {
    routes: [socketRoute(refuse)],
    httpRoutes: [{ ...versionsRoute, respond: refuse }],
    close: () => Promise.resolve(),
  }
}

function refuse(): Response {
  return plain(404, 'The srs dialect is switched off here; --dialects srs switches it on.\n')
}

function plain(status: number, text: string, headers: Record<string, string> = {}): Response {
  return new Response(text, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
  })
}
