import type { ServerEvent } from '@duet/protocol'
import type { MediaGrant } from './server-leg.ts'

interface Waiting {
  /** The number of the request. */
  seq: number
  /** The address of the WebSocket that it was sent over. */
  socketUrl: string
  resolve: (grant: MediaGrant | null) => void
}

/** What was asked about the media server, and is not answered yet: one request at a time. */
export class MediaRequest {
  #waiting: Waiting | undefined

  /** Request `seq` is on its way; resolves with its answer, null: not now. */
  begin(seq: number, socketUrl: string): Promise<MediaGrant | null> {
    this.drop()
    return new Promise((resolve) => {
      this.#waiting = { seq, socketUrl, resolve }
    })
  }

  /** True for the answer, which is then heard. */
  isAnsweredBy(event: ServerEvent): boolean {
    const waiting = this.#waiting
    if (!waiting || (event.type !== 'media-granted' && event.type !== 'error')) return false
    if (event.replyTo !== waiting.seq) return false
    this.#waiting = undefined
    waiting.resolve(event.type === 'error' ? null : grantOf(event, waiting.socketUrl))
    return true
  }

  /** There will be no answer. Idempotent. */
  drop(): void {
    this.#waiting?.resolve(null)
    this.#waiting = undefined
  }
}

/** With whole addresses: over HTTP where the WebSocket stands. */
function grantOf(granted: MediaGrant, socketUrl: string): MediaGrant {
  const base = socketUrl.replace(/^ws/, 'http')
  const absolute = (endpoint: MediaGrant['publish']) => ({
    ...endpoint,
    url: addressOf(endpoint.url, base),
  })
  return { publish: absolute(granted.publish), play: absolute(granted.play) }
}

/** What is no address stays none. */
function addressOf(url: string, base: string): string {
  try {
    return new URL(url, base).href
  } catch {
    return url
  }
}
