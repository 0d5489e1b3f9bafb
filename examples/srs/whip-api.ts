import type { Exchange } from './media.ts'
import { StreamError } from './srs-api.ts'

/** A stream by WHIP or WHEP: the exchange, and the end of its session. */
export interface HttpSession {
  exchange: Exchange
  /** Tells the server that it is over. Never rejects; idempotent. */
  end(): Promise<void>
}

/** Publishes by WHIP or plays by WHEP at this address (RFC 9725 §4); `token` may be empty. */
export function httpSession(url: string, token: string): HttpSession {
  const authorization: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {}
  let session: string | undefined
  return {
    async exchange(offer) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/sdp', ...authorization },
        body: offer,
      })
      const body = await response.text()
      if (response.status !== 201) throw new StreamError(response.status, reasonOf(response, body))
      const location = response.headers.get('location')
      if (location) session = new URL(location, response.url || url).href
      return body
    },
    async end() {
      const ended = session
      session = undefined
      if (ended === undefined) return
      // RFC 9725 §4.2: a session that can't be ended so ends by itself.
      await fetch(ended, { method: 'DELETE', headers: authorization, keepalive: true }).catch(
        () => undefined,
      )
    },
  }
}

/** What a person may read of a refusal. */
function reasonOf({ headers, status }: Response, body: string): string {
  const type = headers.get('content-type') ?? ''
  const sentence = type.startsWith('application/problem+json') ? detailOf(body) : body.trim()
  const isReadable = type.startsWith('text/plain') || type.startsWith('application/problem+json')
  return (isReadable && sentence) || `HTTP ${status}`
}

/** RFC 9457 §3.1.4. */
function detailOf(body: string): string | undefined {
  try {
    const { detail } = JSON.parse(body) as { detail?: unknown }
    return typeof detail === 'string' ? detail : undefined
  } catch {
    return undefined
  }
}
