import type { Server, TLSOptions } from 'bun'
import type { Connection } from './connection.ts'
import type { Handlers, Listener } from './listen.ts'
import type { PeerBook } from './peer-book.ts'
import { plain } from './plain-answer.ts'

export interface ServeOptions {
  /** As which its requests are known. */
  listener: Listener
  handlers: Handlers
  /** Undefined: every address of the machine. */
  host: string | undefined
  /** 0 takes any free port. */
  port: number
  /** Undefined: plain HTTP. */
  tls?: TLSOptions[] | undefined
  /** Whose connections come in, where they come by way of another port of ours, and only so. */
  peers?: PeerBook | undefined
}

/** Opens a port for HTTP or HTTPS. Throws what `Bun.serve` throws. */
export function serve(options: ServeOptions): Server<Connection> {
  const { listener, handlers, host, port, tls, peers } = options
  return Bun.serve<Connection>({
    ...handlers,
    fetch(request, server) {
      const from = server.requestIP(request)
      if (!peers) return handlers.fetch(request, server, { listener, peer: from?.address ?? '' })
      const peer = peers.find(from)
      if (!peer) return plain(400, 'Bad request')
      return handlers.fetch(request, server, { listener, peer: peer.address })
    },
    development: false,
    // Outside development Bun would share a port with another process.
    reusePort: false,
    port,
    ...(host === undefined ? {} : { hostname: host }),
    ...(tls ? { tls } : {}),
  })
}
