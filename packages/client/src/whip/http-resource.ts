import type { Clock } from '@duet/base'
import { iceServersOf } from './ice-server-links.ts'
import { faultOfStatus, MediaError } from './media-error.ts'

/** The part of a browser's `fetch` that is used. */
export type FetchLike = (url: string, init: RequestInit) => Promise<Response>

export interface HttpResourceOptions {
  /** Where an offer is sent to. */
  endpoint: URL
  /** Bearer token (RFC 6750). */
  token: string | undefined
  fetch: FetchLike
  clock: Clock
}

/** What answers an offer. */
export interface ResourceAnswer {
  sdp: string
  iceServers: RTCIceServer[]
}

/** A server that says nothing for so long is not there, in milliseconds. */
const REQUEST_LIMIT_MS = 10_000

/** Longer than any description, in UTF-16 units. */
const MAX_ANSWER_LENGTH = 256 * 1024

const SDP = 'application/sdp'
const FRAGMENT = 'application/trickle-ice-sdpfrag'

/**
 * One session as HTTP sees it (RFC 9725 §4.2): made by the POST of an offer, patched with candidates and
 * restarts, ended by DELETE. All rejections are `MediaError`s.
 */
export class HttpResource {
  readonly #options: HttpResourceOptions
  #location: URL | undefined
  #etag: string | undefined
  #isPatchable = false
  #isDeleted = false

  constructor(options: HttpResourceOptions) {
    this.#options = options
  }

  /** True when the server takes candidates and restarts. */
  get isPatchable(): boolean {
    return this.#isPatchable && this.#location !== undefined && !this.#isDeleted
  }

  /** Sends an offer; once. */
  async create(offer: string): Promise<ResourceAnswer> {
    const { endpoint } = this.#options
    const response = await this.#request(endpoint, 'POST', {
      headers: { 'content-type': SDP, accept: SDP },
      body: offer,
    })
    const { headers } = response
    const fault = faultOfStatus(response.status)
    if (fault) throw new MediaError(fault, { cause: await textOf(response) })
    const location = headers.get('location')
    // RFC 9725 §4.2: relative to where it was answered, after redirections.
    this.#location = location === null ? undefined : addressOf(location, response.url || endpoint)
    this.#etag = headers.get('etag') ?? undefined
    this.#isPatchable = (headers.get('accept-patch') ?? '').includes(FRAGMENT)
    // It was given up while the answer was on its way.
    if (this.#isDeleted) this.#sendDelete()
    const sdp = await textOf(response)
    if (!sdp.startsWith('v=0')) throw new MediaError('bad-answer')
    return { sdp, iceServers: iceServersOf(headers.get('link')) }
  }

  /** Tells candidates (RFC 9725 §4.3.2). A server that does not take them is told no more. */
  async trickle(fragment: string): Promise<void> {
    if (!this.isPatchable) return
    const response = await this.#patch(fragment, this.#etag)
    if (faultOfStatus(response.status)) this.#isPatchable = false
  }

  /** Asks for an ICE restart (RFC 9725 §4.3.3); undefined when the server does none. */
  async restart(fragment: string): Promise<string | undefined> {
    if (!this.isPatchable) return undefined
    const response = await this.#patch(fragment, '*')
    if (response.status !== 200) return undefined
    this.#etag = response.headers.get('etag') ?? this.#etag
    return textOf(response)
  }

  /** Ends the session, also when the page is going. Idempotent. */
  delete(): void {
    if (this.#isDeleted) return
    this.#isDeleted = true
    this.#sendDelete()
  }

  #sendDelete(): void {
    if (!this.#location) return
    // Nobody waits for the answer; a session that is not ended ends by itself.
    this.#request(this.#location, 'DELETE', { keepalive: true }).catch(() => {})
  }

  #patch(fragment: string, etag: string | undefined): Promise<Response> {
    return this.#request(this.#location as URL, 'PATCH', {
      headers: { 'content-type': FRAGMENT, ...(etag !== undefined && { 'if-match': etag }) },
      body: fragment,
    })
  }

  async #request(
    url: URL,
    method: string,
    { headers, ...init }: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> },
  ): Promise<Response> {
    const { clock, fetch, token } = this.#options
    const controller = new AbortController()
    const cancel = clock.after(REQUEST_LIMIT_MS, () => controller.abort())
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
    try {
      return await fetch(url.href, {
        ...init,
        method,
        headers: { ...authorization, ...headers },
        signal: controller.signal,
      })
    } catch (cause) {
      throw new MediaError('unreachable', { cause })
    } finally {
      cancel()
    }
  }
}

function addressOf(location: string, base: string | URL): URL | undefined {
  try {
    const address = new URL(location, base)
    return /^https?:$/.test(address.protocol) ? address : undefined
  } catch {
    return undefined
  }
}

/** What a response says, cut where it is no answer any more; nothing when it breaks off. */
async function textOf(response: Response): Promise<string> {
  const text = await response.text().catch(() => '')
  return text.slice(0, MAX_ANSWER_LENGTH)
}
