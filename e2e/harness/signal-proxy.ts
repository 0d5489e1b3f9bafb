import type { ServerWebSocket } from 'bun'

/** Changes one message on its way; `undefined` leaves it out. */
export type Rewrite = (message: string) => string | undefined

export interface SignalProxyOptions {
  /** Where the real server listens, as `http://localhost:8080`. */
  target: string
  /** Applied to what the server says to browsers. */
  fromServer?: Rewrite
}

/** A server between browsers and Duet that can listen, change what passes, and hang up. */
export interface SignalProxy {
  /** Where browsers go. */
  readonly origin: string
  /** How many WebSockets are open. */
  readonly openSockets: number
  /** Cuts all WebSockets and refuses new ones until `restore()`. */
  cut(): void
  restore(): void
  close(): Promise<void>
}

interface Pipe {
  upstream: WebSocket
  /** What the browser said before the server listened. */
  early: string[]
}

/** Starts a proxy on a free port of localhost. */
export function startSignalProxy({ target, fromServer }: SignalProxyOptions): SignalProxy {
  const sockets = new Set<ServerWebSocket<Pipe>>()
  let isCut = false

  const server = Bun.serve<Pipe>({
    hostname: 'localhost',
    port: 0,
    async fetch(request, self) {
      const url = new URL(request.url)
      const upstreamUrl = new URL(url.pathname + url.search, target)
      if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket') {
        return forward(request, upstreamUrl)
      }
      if (isCut) return new Response('cut', { status: 503 })
      upstreamUrl.protocol = 'ws:'
      const protocols = request.headers.get('sec-websocket-protocol')?.split(/, */) ?? []
      const upstream = new WebSocket(upstreamUrl, protocols)
      const headers = protocols[0] ? { 'sec-websocket-protocol': protocols[0] } : {}
      const isUpgraded = self.upgrade(request, { data: { upstream, early: [] }, headers })
      return isUpgraded ? undefined : new Response('no upgrade', { status: 400 })
    },
    websocket: {
      open(socket) {
        sockets.add(socket)
        pipeDown(socket, fromServer)
      },
      message(socket, message) {
        const { upstream, early } = socket.data
        if (typeof message !== 'string') return socket.close(1003, 'only text passes here')
        if (upstream.readyState === WebSocket.OPEN) upstream.send(message)
        else early.push(message)
      },
      close(socket) {
        sockets.delete(socket)
        socket.data.upstream.close()
      },
    },
  })

  return {
    origin: `http://localhost:${server.port}`,
    get openSockets() {
      return sockets.size
    },
    cut() {
      isCut = true
      for (const socket of sockets) {
        socket.terminate()
        terminate(socket.data.upstream)
      }
    },
    restore() {
      isCut = false
    },
    async close() {
      await server.stop(true)
    },
  }
}

/** Goes without a close frame, as a lost network does; Bun's own addition to WebSocket. */
function terminate(socket: WebSocket & { terminate?: () => void }): void {
  socket.terminate?.()
}

/** Passes on what the server says. */
function pipeDown(socket: ServerWebSocket<Pipe>, rewrite: Rewrite | undefined): void {
  const { upstream, early } = socket.data
  upstream.addEventListener('open', () => {
    for (const message of early.splice(0)) upstream.send(message)
  })
  upstream.addEventListener('message', ({ data }) => {
    const message = rewrite && typeof data === 'string' ? rewrite(data) : data
    if (message !== undefined) socket.send(message)
  })
  upstream.addEventListener('close', ({ code, reason }) => {
    // 1005 and 1006 say that there was no code: they cannot be sent.
    if (code === 1005 || code === 1006) socket.terminate()
    else socket.close(code, reason)
  })
}

async function forward(request: Request, url: URL): Promise<Response> {
  const { method, headers } = request
  const response = await fetch(url, { method, headers, redirect: 'manual', decompress: false })
  return new Response(response.body, { status: response.status, headers: response.headers })
}
