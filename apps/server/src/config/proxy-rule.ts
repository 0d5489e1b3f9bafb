import { urlPath, type ValueType } from './value-types.ts'

/** Requests below a path are passed on to another server. */
export interface ProxyRule {
  /** `/sig` means `/sig` and all below it; `/` all that Duet has nothing for. */
  prefix: string
  /** Origin of the server: `http://127.0.0.1:3000`. */
  upstream: string
}

/** `/prefix=http://host:port`. */
export const proxyRule: ValueType<ProxyRule> = {
  name: '/prefix=URL',
  parse(text) {
    const equals = text.indexOf('=')
    if (equals < 0) return { problem: 'is not a rule like /sig=http://127.0.0.1:1989' }
    const prefix = readPrefix(text.slice(0, equals))
    if (prefix === undefined) return { problem: 'does not begin with a path like /sig' }
    const upstream = readUpstream(text.slice(equals + 1))
    return 'problem' in upstream ? upstream : { value: { prefix, upstream: upstream.value } }
  },
  // Who writes a password into the address is told so without it.
  shown: (text) => text.replace(/(?<=\/\/)[^/]*@/, '…@'),
}

/** Whether a path is this prefix or lies below it. */
export function isBelow(pathname: string, prefix: string): boolean {
  return prefix === '/' || pathname === prefix || pathname.startsWith(`${prefix}/`)
}

/** `/sig/` is `/sig`. */
function readPrefix(text: string): string | undefined {
  const prefix = text.length > 1 && text.endsWith('/') ? text.slice(0, -1) : text
  return 'value' in urlPath.parse(prefix) ? prefix : undefined
}

function readUpstream(text: string): { value: string } | { problem: string } {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    return { problem: 'does not end with an address like http://127.0.0.1:1989' }
  }
  if (url.username !== '' || url.password !== '') return { problem: 'holds a name and a password' }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    return { problem: 'has a path behind the address: requests keep their own' }
  }
  return { value: url.origin }
}
