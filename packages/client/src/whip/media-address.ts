/** publish: this side sends to the server. play: the server sends to this side. */
export type MediaDirection = 'publish' | 'play'

/** What of the page's own address matters, as `location` has it. */
export type PageAddress = Pick<Location, 'href' | 'protocol' | 'hostname' | 'host'>

/** `webrtc://host[:port]/app/stream[?query]`; what comes before the last part is the app. */
const WEBRTC_ADDRESS =
  /^webrtc:\/\/(\[[^\]/]+\]|[^/?#:[\]]+)(?::(\d+))?\/([^?#]+)\/([^/?#]+)(?:\?([^#]*))?$/i

/** Where servers of this kind answer that serve their API without TLS. */
const API_PORT = '1985'

const ENDPOINTS = { publish: '/rtc/v1/whip/', play: '/rtc/v1/whep/' } as const

/**
 * The HTTP endpoint (WHIP or WHEP) that `url` names: an address of `http` or `https`, relative to the page
 * or not, or one of `webrtc`. Undefined when it is none of these.
 */
export function mediaEndpoint(
  url: string,
  direction: MediaDirection,
  page: PageAddress | undefined = globalThis.location,
): URL | undefined {
  const found = WEBRTC_ADDRESS.exec(url)
  if (!found) return httpAddress(url, page)
  const [, host = '', port, app = '', stream = '', search = ''] = found
  const query = new URLSearchParams(search)
  const protocol = schemeOf(query.get('schema')) ?? schemeOf(page?.protocol) ?? 'https:'
  query.delete('schema')
  const endpoint = httpAddress(`${protocol}//${authorityOf({ protocol, host, port, page })}`, page)
  if (!endpoint) return undefined
  endpoint.pathname = ENDPOINTS[direction]
  endpoint.search = new URLSearchParams([
    ['app', decoded(app)],
    ['stream', decoded(stream)],
    ...query,
  ]).toString()
  return endpoint
}

function authorityOf({
  protocol,
  host,
  port,
  page,
}: {
  protocol: string
  host: string
  port: string | undefined
  page: PageAddress | undefined
}): string {
  if (port !== undefined) return `${host}:${port}`
  if (page?.protocol === protocol && page.hostname.toLowerCase() === host.toLowerCase()) {
    return page.host
  }
  return protocol === 'https:' ? host : `${host}:${API_PORT}`
}

function schemeOf(name: string | null | undefined): 'http:' | 'https:' | undefined {
  const scheme = name?.replace(/:$/, '')
  return scheme === 'http' || scheme === 'https' ? `${scheme}:` : undefined
}

function httpAddress(url: string, page: PageAddress | undefined): URL | undefined {
  try {
    const address = new URL(url, page?.href)
    return schemeOf(address.protocol) && address
  } catch {
    return undefined
  }
}

/** A path's part as it was meant; as it stands where its escapes are broken. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
