import { MAX_STREAM_URL_LENGTH } from './limits.ts'
import { streamTarget, type StreamTarget } from './stream-target.ts'

/** What a stream's URL says. */
export interface StreamUrl {
  target: StreamTarget
  vhost: string
  /** Its query as written, `?` included; empty where there is none. */
  param: string
  query: URLSearchParams
}

/** What SRS calls the virtual host of those who name none. */
export const DEFAULT_VHOST = '__defaultVhost__'

const PARTS = /^[a-z][a-z\d+.-]*:\/\/[^/?#]+\/([^?#]*)(\?[^#]*)?(?:#.*)?$/is

/**
 * Reads `webrtc://host[:port]/app/stream[?k=v]`: the last part of the path is the stream, the rest
 * is the app. Also `webrtc://host/app?vhost=v/stream`, where the query stands before the stream, as
 * the oldest clients write it. Undefined: it names no stream.
 */
export function parseStreamUrl(text: string): StreamUrl | undefined {
  if (text.length > MAX_STREAM_URL_LENGTH) return undefined
  const match = PARTS.exec(text.trim())
  if (!match) return undefined
  let [, path = '', param = ''] = match
  const inner = param.lastIndexOf('/')
  if (!path.includes('/') && inner >= 0) {
    path = `${path}/${param.slice(inner + 1)}`
    param = param.slice(0, inner)
  }
  const slash = path.lastIndexOf('/')
  const target = streamTarget(
    decoded(path.slice(0, Math.max(0, slash))),
    decoded(path.slice(slash + 1)),
  )
  if (!target || slash < 0) return undefined
  const query = new URLSearchParams(param)
  return { target, vhost: query.get('vhost') || DEFAULT_VHOST, param, query }
}

/** Without escapes; as it is where they are broken: a name may hold a percent sign. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
