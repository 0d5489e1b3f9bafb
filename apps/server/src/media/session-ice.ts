import type { MediaServer } from '@duet/media'
import type { RequestContext } from '../front/socket.ts'
import type { IceClient, IceServers, OpenIceClient } from '../ice-servers.ts'

/** Gives clients of the media server ICE servers, each for as long as its session lasts. */
export class SessionIce {
  readonly #media: Pick<MediaServer, 'on' | 'session'>
  readonly #open: OpenIceClient
  readonly #clients = new Map<string, IceClient>()
  readonly #forget: () => void

  constructor(media: Pick<MediaServer, 'on' | 'session'>, open: OpenIceClient) {
    this.#media = media
    this.#open = open
    this.#forget = media.on('ended', ({ id }) => this.#end(id))
  }

  /** None for a session that is over already. */
  servers(context: RequestContext, sessionId: string): IceServers {
    if (!this.#media.session(sessionId)) return { servers: [], expiresAt: 0 }
    const client = this.#clients.get(sessionId) ?? this.#open(`media:${sessionId}`)
    this.#clients.set(sessionId, client)
    return client.servers(context)
  }

  /** Idempotent. */
  close(): void {
    this.#forget()
    for (const id of this.#clients.keys()) this.#end(id)
  }

  #end(sessionId: string): void {
    this.#clients.get(sessionId)?.close()
    this.#clients.delete(sessionId)
  }
}
