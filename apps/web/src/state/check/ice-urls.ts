/** The URLs of ICE servers by what they are for, each with its login. */
export interface SortedIceServers {
  stun: readonly string[]
  'turn-udp': readonly RTCIceServer[]
  'turn-tcp': readonly RTCIceServer[]
  'turn-tls': readonly RTCIceServer[]
}

/** Takes servers apart, so that every URL can be tried by itself (RFC 7064, RFC 7065). */
export function sortIceServers(servers: readonly RTCIceServer[]): SortedIceServers {
  const each = servers.flatMap(({ urls, ...login }) =>
    [urls].flat().map((url) => ({ ...login, urls: url })),
  )
  const relays = (isWanted: (url: string) => boolean): RTCIceServer[] =>
    each.filter(({ urls }) => isWanted(urls))
  return {
    stun: each.map(({ urls }) => urls).filter((url) => url.startsWith('stun:')),
    'turn-udp': relays((url) => url.startsWith('turn:') && !isTcp(url)),
    'turn-tcp': relays((url) => url.startsWith('turn:') && isTcp(url)),
    'turn-tls': relays((url) => url.startsWith('turns:')),
  }
}

function isTcp(url: string): boolean {
  return /[?&]transport=tcp\b/.test(url)
}

/** `host:port` of a URL such as `turn:host:port?transport=udp`. */
export function serverIn(url: string): string {
  return url.replace(/^\w+:/, '').replace(/\?.*$/, '')
}

/** The STUN server at another port of the same host. */
export function stunAtPort(url: string, port: number): string {
  const server = serverIn(url)
  return `stun:${server.replace(/:\d+$/, '')}:${port}`
}
