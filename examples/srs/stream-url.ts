/** Where a stream of a media server is: `webrtc://host[:port]/app/stream`. */
export interface StreamAddress {
  hostname: string
  /** Undefined: none is named. */
  port: string | undefined
  app: string
  stream: string
  /** Of its query, if that names one. */
  schema: Schema | undefined
}

export type Schema = 'http' | 'https'

/** The parts of `location` that decide where a server is. */
export type PageLocation = Pick<Location, 'protocol' | 'hostname' | 'origin'>

const HTTPS_PORT = '443'

/** Where SRS answers pages on plain HTTP. */
const API_PORT = '1985'

/** The address of a stream; the host may name a port. */
export function streamUrl(host: string, app: string, stream: string): string {
  return `webrtc://${host}/${encodeURIComponent(app)}/${encodeURIComponent(stream)}`
}

/**
 * The address at which a stream is published as one's own, with what the signaling server gave for
 * that: it is for that server's host alone, and for nobody to see.
 */
export function ownStreamUrl(
  url: string,
  { token, signalingUrl, api }: { token: string | undefined; signalingUrl: string; api: string },
): string {
  const isSameHost = URL.parse(signalingUrl)?.hostname === URL.parse(api)?.hostname
  return token === undefined || !isSameHost ? url : `${url}?token=${encodeURIComponent(token)}`
}

/** Reads such an address; undefined when it is none. The last part of the path is the stream. */
export function readStreamUrl(address: string): StreamAddress | undefined {
  const match = /^webrtc:\/\/(\[[^\]]+\]|[^:/?#]+)(?::(\d+))?\/([^?#]+)(?:\?([^#]*))?$/.exec(
    address,
  )
  if (!match) return undefined
  const [, hostname = '', port, path = '', query] = match
  const parts = path.split('/').map(decoded)
  const stream = parts.pop()
  if (!stream || parts.length === 0 || parts.includes('')) return undefined
  const schema = readSchema(new URLSearchParams(query).get('schema'))
  return { hostname, port, app: parts.join('/'), stream, schema }
}

/**
 * Where the API of a stream's server is. What SRS's own pages expect: the scheme of the page, or
 * `schema`; the port of the address, else 443, or 1985 on plain HTTP. An address on the page's own
 * host that names neither is served where the page is, whatever its port.
 */
export function apiOrigin(
  { hostname, port, schema }: StreamAddress,
  page: PageLocation,
  pageSchema?: Schema,
): string {
  const wanted = schema ?? pageSchema
  if (!wanted && port === undefined && hostname === page.hostname) return page.origin
  const scheme = wanted ?? (page.protocol === 'https:' ? 'https' : 'http')
  return `${scheme}://${hostname}:${port ?? (scheme === 'https' ? HTTPS_PORT : API_PORT)}`
}

/** Where a stream is published by WHIP, or played by WHEP. */
export function httpUrl(origin: string, kind: 'whip' | 'whep', address: StreamAddress): string {
  const { app, stream } = address
  const query = new URLSearchParams({ app, stream })
  return `${origin}/rtc/v1/${kind}/?${query}`
}

export function readSchema(text: string | null): Schema | undefined {
  return text === 'http' || text === 'https' ? text : undefined
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
