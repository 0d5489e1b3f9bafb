/** More than any server names; a longer list delays the first candidates. */
const MAX_ICE_SERVERS = 16

/** One link and its parameters (RFC 8288 §3). */
const LINK = /<([^<>]*)>((?:\s*;\s*[\w-]+\s*(?:=\s*(?:"(?:[^"\\]|\\.)*"|[^\s",;]*))?)*)/g

const PARAMETER = /;\s*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",;]*))/g

/** The ICE servers that an answer's `Link` header names (RFC 9725 §4.6). Never throws. */
export function iceServersOf(header: string | null): RTCIceServer[] {
  const servers: RTCIceServer[] = []
  for (const [, url = '', rest = ''] of (header ?? '').matchAll(LINK)) {
    const parameters = parametersOf(rest)
    if (servers.length >= MAX_ICE_SERVERS) break
    if (parameters.get('rel') !== 'ice-server' || !/^(?:stun|turn)s?:./.test(url)) continue
    const username = parameters.get('username')
    const credential = parameters.get('credential')
    const isComplete = username !== undefined && credential !== undefined
    // A browser throws at a relay without a login.
    if (url.startsWith('turn') && !isComplete) continue
    servers.push({ urls: [url], ...(isComplete && { username, credential }) })
  }
  return servers
}

function parametersOf(text: string): Map<string, string> {
  return new Map(
    Array.from(text.matchAll(PARAMETER), ([, name = '', quoted, plain = '']) => [
      name.toLowerCase(),
      quoted?.replaceAll(/\\(.)/g, '$1') ?? plain,
    ]),
  )
}
