/** Where the server can be reached, as origins; from the page's `duet-config`. */
export interface ServerAddresses {
  best: string | null
  lan: readonly string[]
  public: string | null
}

/** How far a link carries. */
export type Reach = 'everywhere' | 'own-network' | 'this-machine'

/** The origin that a link to send should have: this page's own, but never localhost when there is another. */
export function linkOrigin(origin: string, addresses: ServerAddresses): string {
  if (reachOf(origin) !== 'this-machine') return origin
  const others = [addresses.best, addresses.public, ...addresses.lan]
  const other = others.find((address) => address && reachOf(address) !== 'this-machine')
  return other ?? origin
}

/** An origin that carries further than `origin`, when the server has one. */
export function widerOrigin(origin: string, addresses: ServerAddresses): string | null {
  if (reachOf(origin) === 'everywhere') return null
  return addresses.public && reachOf(addresses.public) === 'everywhere' ? addresses.public : null
}

/** The HTTPS origin to lead to from a page on plain HTTP: the same host where the server has it. */
export function secureOrigin(origin: string, addresses: ServerAddresses): string | null {
  const host = hostOf(origin)
  const known = [addresses.public, ...addresses.lan, addresses.best].filter((address) =>
    address?.startsWith('https:'),
  )
  return known.find((address) => address && hostOf(address) === host) ?? known[0] ?? null
}

/** How far a link with this origin carries. */
export function reachOf(origin: string): Reach {
  const host = hostOf(origin)
  if (/^(?:.*\.)?localhost$|^127\.|^\[::1\]$|^0\.0\.0\.0$/.test(host)) return 'this-machine'
  return isPrivate(host) ? 'own-network' : 'everywhere'
}

/** Addresses and names that mean something else, or nothing, in another network. */
function isPrivate(host: string): boolean {
  if (host.startsWith('[')) return /^\[(?:f[cd]|fe[89ab])/.test(host)
  if (/^\d+(?:\.\d+){3}$/.test(host)) {
    // RFC 1918, RFC 3927, RFC 6598
    return /^(?:10|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./.test(
      host,
    )
  }
  return !host.includes('.') || /\.(?:local|lan|internal|home\.arpa|home|fritz\.box)$/.test(host)
}

/** Browsers of TVs are old: they have no `URL.canParse`. */
function hostOf(origin: string): string {
  try {
    return new URL(origin).hostname
  } catch {
    return ''
  }
}
