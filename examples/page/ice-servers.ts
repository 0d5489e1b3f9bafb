/** The STUN port of the server that the page came from. */
const STUN_PORT = 3478

/**
 * STUN on the page's own host, and the TURN login of its address when it holds one:
 * `?turn=host:port&user=name&password=pw`, with `&policy=relay` for relayed paths only.
 */
export function readIceConfig({ hostname, search }: Location): RTCConfiguration {
  const query = new URLSearchParams(search)
  const iceServers: RTCIceServer[] = [{ urls: `stun:${hostname}:${STUN_PORT}` }]
  const turn = query.get('turn')
  if (turn) {
    const username = query.get('user') ?? ''
    iceServers.push({ urls: `turn:${turn}`, username, credential: query.get('password') ?? '' })
  }
  return { iceServers, iceTransportPolicy: query.get('policy') === 'relay' ? 'relay' : 'all' }
}
