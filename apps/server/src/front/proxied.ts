import type { RequestContext, SocketHandler } from './socket.ts'

/** A request that goes on to another server. */
export interface Passing {
  context: RequestContext
  request: Request
  /** The address of whoever opened the connection: the client, or a proxy before us. */
  peer: string
  /** Whether what `peer` says of those before it is believed. */
  isPeerTrusted: boolean
  /** To be called when nothing of it passes any more: its connection is then as any other. */
  onEnd(): void
}

/** Another server. */
export interface Upstream {
  /** Its answer, or why there is none. Never rejects. */
  forward(passing: Passing): Promise<Response>
  /** A WebSocket that is open there, or why there is none. Never rejects. */
  connect(passing: Passing): Promise<SocketHandler | Response>
}

/** Which requests go on to other servers. */
export interface Proxy {
  /** A longer message closes its WebSocket with 1009. */
  readonly maxMessageBytes: number
  /** Gets what we have nothing for. */
  readonly rest: Upstream | undefined
  /** Who gets this path before anything of ours. */
  find(pathname: string): Upstream | undefined
}
