import type { FetchLike } from './http-resource.ts'

/** One request that came in. */
export interface HeardRequest {
  method: string
  path: string
  body: string
  headers: Headers
  isKeptAlive: boolean
}

interface Answers {
  status: number
  sdp: string
  headers: Record<string, string>
  /** Of a PATCH with `If-Match: *`. */
  restart: { status: number; body: string; etag: string }
  trickleStatus: number
}

/** What our own server answers with. */
const LITE_ANSWER = [
  'v=0',
  'a=ice-lite',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=ice-ufrag:server1',
  'a=ice-pwd:server-password-1',
  'a=fingerprint:sha-256 server',
  '',
].join('\r\n')

/** The answer of a server that makes checks itself. */
export const FULL_ANSWER = LITE_ANSWER.replace('a=ice-lite\r\n', '')

/** A WHIP and WHEP server without media, which answers as its test says. For tests. */
export class FakeMediaServer {
  readonly heard: HeardRequest[] = []
  answers: Answers = {
    status: 201,
    sdp: LITE_ANSWER,
    headers: { etag: '"1"', 'accept-patch': 'application/trickle-ice-sdpfrag' },
    restart: {
      status: 200,
      body: 'a=ice-ufrag:server2\r\na=ice-pwd:server-password-2\r\n',
      etag: '"2"',
    },
    trickleStatus: 204,
  }
  /** False: no request arrives. */
  isReachable = true
  /** Answers wait until `release()`. */
  isHolding = false
  #held: (() => void)[] = []
  #sessions = 0

  readonly fetch: FetchLike = async (url, { method = 'GET', body, headers, keepalive, signal }) => {
    if (!this.isReachable) throw new TypeError('fetch failed')
    const { pathname, search } = new URL(url)
    this.heard.push({
      method,
      path: pathname + search,
      body: typeof body === 'string' ? body : '',
      headers: new Headers(headers),
      isKeptAlive: keepalive === true,
    })
    if (this.isHolding) {
      await new Promise<void>((resolve, reject) => {
        this.#held.push(resolve)
        signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')))
      })
    }
    return this.#answer(method, new Headers(headers))
  }

  /** Methods and paths, in order. */
  get requests(): string[] {
    return this.heard.map(({ method, path }) => `${method} ${path}`)
  }

  all(method: string): HeardRequest[] {
    return this.heard.filter((request) => request.method === method)
  }

  release(): void {
    this.isHolding = false
    for (const answer of this.#held.splice(0)) answer()
  }

  #answer(method: string, headers: Headers): Response {
    const { status, sdp, restart, trickleStatus } = this.answers
    if (method === 'DELETE') return new Response(null, { status: 200 })
    if (method === 'PATCH') {
      if (headers.get('if-match') !== '*') return new Response(null, { status: trickleStatus })
      const { body, etag } = restart
      return new Response(restart.status === 200 ? body : null, {
        status: restart.status,
        headers: { etag },
      })
    }
    if (status !== 201) return new Response('no', { status })
    const location = `/session/${++this.#sessions}`
    return new Response(sdp, { status, headers: { location, ...this.answers.headers } })
  }
}
