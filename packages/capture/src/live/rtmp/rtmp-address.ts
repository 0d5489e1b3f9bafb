import type { LivePush } from '../../live.ts'

const PORTS: Record<string, number> = { 'rtmp:': 1935, 'rtmps:': 443 }

/** Where a broadcast goes, as an RTMP server is told. */
export interface RtmpAddress {
  /** Over TLS. */
  isSecure: boolean
  /** A name, or an address without brackets. */
  host: string
  port: number
  app: string
  /** The address of `app`. */
  tcUrl: string
  /** What the stream is called there: the key, and its query. */
  name: string
}

/** Undefined for what is no address of RTMP. Without a key the last part of the address is what the stream is called. */
export function rtmpAddress({
  url: text,
  key,
}: Pick<LivePush, 'url' | 'key'>): RtmpAddress | undefined {
  if (/[\s\p{Cc}]/u.test(text + (key ?? ''))) return undefined
  const url = URL.parse(text)
  const port = PORTS[url?.protocol ?? '']
  if (!url || port === undefined || url.hostname === '') return undefined
  const path = (url.pathname + url.search).replace(/^\/+/, '')
  const [app, name] = key ? [path.replace(/\/+$/, ''), key] : cut(path)
  return {
    isSecure: url.protocol === 'rtmps:',
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? port : Number(url.port),
    app,
    tcUrl: `${url.protocol}//${url.host}/${app}`,
    name,
  }
}

/** At the last slash that is not in the query. */
function cut(path: string): [app: string, name: string] {
  const query = path.indexOf('?')
  const at = path.lastIndexOf('/', query < 0 ? path.length : query)
  return at < 0 ? [path, ''] : [path.slice(0, at), path.slice(at + 1)]
}
