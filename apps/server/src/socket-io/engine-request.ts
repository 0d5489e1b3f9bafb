import { EventEmitter } from 'node:events'
import type { RequestContext } from '../front/socket.ts'

/** What the engine reads of them. */
const HEADERS = ['content-type', 'origin', 'user-agent'] as const

export interface EngineRequestOptions {
  context: RequestContext
  method: string
  /** Gives back the place that was counted for it, at once or when its session ends. */
  release: () => void
}

/**
 * A request as the engine knows them: the part of Node's IncomingMessage that it touches. The
 * first one of a session lives as long as the session.
 */
export class EngineRequest extends EventEmitter {
  /** As the front knows it. */
  readonly context: RequestContext
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly connection: { remoteAddress: string; encrypted: boolean }
  readonly release: () => void
  /** Of the engine's protocol, as clients of Socket.IO 2 speak it. */
  readonly isVersion3: boolean

  constructor({ context, method, release }: EngineRequestOptions) {
    super()
    this.context = context
    this.method = method
    this.url = context.url.pathname + context.url.search
    this.headers = Object.fromEntries(
      HEADERS.flatMap((name) => {
        const value = context.headers.get(name)
        return value === null ? [] : [[name, value]]
      }),
    )
    this.connection = { remoteAddress: context.address, encrypted: context.isSecure }
    this.release = release
    this.isVersion3 = context.url.searchParams.get('EIO') !== '4'
  }

  /** Bodies are handed over decoded. */
  setEncoding(): void {}

  /** The engine gives up on its body. */
  destroy(): void {
    this.emit('close')
  }
}
