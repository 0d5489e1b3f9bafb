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
      if (response.status !== 201) {
        const isSentence = response.headers.get('content-type')?.startsWith('text/plain')
        const reason = isSentence && body ? body.trim() : `HTTP ${response.status}`
        throw new StreamError(response.status, reason)
      }
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
