import { withoutCookies } from '../front/cookie-header.ts'
import type { Passing } from '../front/proxied.ts'

/** What concerns one connection only (RFC 9110 §7.6.1), beside what `Connection` names. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** What others may have said of a client, under the names that upstreams look for. */
const TOLD_OF_CLIENTS = ['forwarded', 'x-real-ip']

/** Who passed a request on, so that one that goes round in circles is known (RFC 8586 §2). */
const LOOP = 'cdn-loop'
const OURSELVES = 'duet'

/** Made anew for each WebSocket. */
const HANDSHAKE = /^sec-websocket-/

/**
 * What the upstream is told: the client's own headers, its `Host` among them, and who it is. What
 * others say of it (`X-Forwarded-…`) is passed on from trusted proxies only. Logins of Duet's stay
 * here.
 */
export function requestHeaders(passing: Passing, hiddenCookies: readonly string[]): Headers {
  const { context, request, peer, isPeerTrusted } = passing
  const headers = endToEnd(request.headers)
  // A length beside chunks is nobody's word (RFC 9112 §6.1).
  if (request.headers.has('transfer-encoding')) headers.delete('content-length')
  // Answered here already.
  headers.delete('expect')
  const cookie = withoutCookies(headers.get('cookie'), hiddenCookies)
  if (cookie === null) headers.delete('cookie')
  else headers.set('cookie', cookie)

  for (const name of TOLD_OF_CLIENTS) headers.delete(name)
  const before = isPeerTrusted ? headers.get('x-forwarded-for') : null
  if (!isPeerTrusted) deleteWhere(headers, (name) => name.startsWith('x-forwarded-'))
  if (!headers.get('host')) headers.set('host', context.host)
  headers.set('x-real-ip', context.address)
  headers.set('x-forwarded-for', before ? `${before}, ${peer}` : peer)
  headers.set('x-forwarded-host', context.host)
  headers.set('x-forwarded-proto', context.isSecure ? 'https' : 'http')
  headers.append(LOOP, OURSELVES)
  return headers
}

/** What the upstream is told of a client that opens a WebSocket. */
export function handshakeHeaders(passing: Passing, hiddenCookies: readonly string[]): Headers {
  const headers = requestHeaders(passing, hiddenCookies)
  headers.delete('content-length')
  return withoutHandshake(headers)
}

/** Without what belongs to one handshake (RFC 6455 §4). */
export function withoutHandshake(headers: Headers): Headers {
  const kept = new Headers(headers)
  deleteWhere(kept, (name) => HANDSHAKE.test(name))
  return kept
}

/** All but what concerns one connection only. */
export function endToEnd(headers: Headers): Headers {
  const kept = new Headers(headers)
  const named = headers.get('connection')?.split(',') ?? []
  for (const name of [...HOP_BY_HOP, ...named.map((each) => each.trim()).filter(isToken)]) {
    kept.delete(name)
  }
  return kept
}

/** How often a request was passed on by Duet already. */
export function passesOf({ request }: Passing): number {
  const passed = request.headers.get(LOOP)?.split(',') ?? []
  return passed.filter((each) => each.trim() === OURSELVES).length
}

/** RFC 9110 §5.6.2 */
function isToken(text: string): boolean {
  return /^[!#$%&'*+.^_`|~\w-]+$/.test(text)
}

function deleteWhere(headers: Headers, isUnwanted: (name: string) => boolean): void {
  for (const name of [...headers.keys()].filter(isUnwanted)) headers.delete(name)
}
