/**
 * Whether two offers are of one peer connection: their origins name the same session
 * (RFC 8866 §5.2). Then the later one restarts ICE; otherwise the sender began anew.
 */
export function isSameSession(one: string | undefined, other: string): boolean {
  const session = sessionOf(one ?? '')
  return session !== undefined && session === sessionOf(other)
}

/** User name and session id: `o=- 4611731400430051336 2 IN IP4 127.0.0.1`. */
function sessionOf(sdp: string): string | undefined {
  return /^o=(\S+ \S+) /m.exec(sdp)?.[1]
}
