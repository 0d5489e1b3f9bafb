import type { IceServer } from '@duet/protocol'

/** What a fake server says; everything else is as of a healthy one. */
export interface FakeDuetOptions {
  /** Of `GET /api/check`. */
  facts?: object
  iceServers?: readonly IceServer[]
  /** hello is not answered, or a longer message ends the socket, or there is no WebSocket. */
  socket?: 'silent' | 'short' | 'none'
  /** Of the address that publishes. */
  whip?: (request: Request) => Response
  tls?: { cert: string; key: string }
  hostname?: string
  /** In place of everything. */
  respond?: (request: Request) => Response
}

const SHORT_BYTES = 4_096

/** A server that answers as Duet does, and wrongly where a test wants it. */
export function fakeDuet(options: FakeDuetOptions = {}) {
  const { facts, iceServers = [], socket, whip, tls, respond } = options
  const server = Bun.serve({
    hostname: options.hostname ?? '127.0.0.1',
    port: 0,
    ...(tls ? { tls } : {}),
    fetch(request, self) {
      const { pathname, host } = new URL(request.url)
      if (respond) return respond(request)
      if (pathname === '/healthz') return new Response('ok\n')
      if (pathname === '/api/check') {
        return Response.json({
          version: '1.2.3',
          now: Date.now(),
          address: '127.0.0.1',
          host,
          isSecure: tls !== undefined,
          mediaPort: 8000,
          mayTryMedia: true,
          ...facts,
        })
      }
      if (pathname === '/api/check/media') {
        const url = '/whip/check/check'
        return Response.json({ publish: { url, token: 't' } }, { status: 201 })
      }
      if (pathname === '/whip/check/check') {
        return whip?.(request) ?? new Response(null, { status: 404 })
      }
      if (pathname === '/ws' && socket !== 'none' && self.upgrade(request)) return undefined
      return new Response('a page')
    },
    websocket: {
      ...(socket === 'short' ? { maxPayloadLength: SHORT_BYTES } : {}),
      message(client, data) {
        const { type } = JSON.parse(String(data)) as { type: string }
        if (socket === 'silent') return
        if (type === 'hello') {
          client.send(JSON.stringify({ type: 'welcome', session: 's', iceServers, media: true }))
        } else if (type === 'ping') client.send(JSON.stringify({ type: 'pong', ack: 0 }))
        else client.send(JSON.stringify({ type: 'error', code: 'not-allowed' }))
      },
    },
  })
  return {
    origin: `http${tls ? 's' : ''}://127.0.0.1:${server.port}`,
    port: server.port ?? 0,
    close: () => server.stop(true),
  }
}
