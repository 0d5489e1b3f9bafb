import { messageOf, type Logger } from '@duet/base'
import type { Socket } from 'socket.io'
import type { RequestContext } from '../front/socket.ts'
import { EngineSocket } from './engine-socket.ts'
import { MAIN_NAMESPACE } from './paths.ts'
import { writeRelayed, type RelayedEvent } from './relayed-event.ts'
import { Said } from './said.ts'

/** Engine.IO's type of a packet that carries one of Socket.IO's, before its text. */
const ENGINE_MESSAGE = '4'

export interface DialectSocketOptions {
  socket: Socket
  context: RequestContext
  /** Events whose data its dialect takes as a `Said`. */
  relayed: readonly string[]
  logger: Logger
}

/** One socket of Socket.IO, as one dialect sees it. */
export class DialectSocket {
  readonly #options: DialectSocketOptions

  constructor(options: DialectSocketOptions) {
    this.#options = options
  }

  /** What its client knows it by. */
  get id(): string {
    return this.#options.socket.id
  }

  get namespace(): string {
    return this.#options.socket.nsp.name
  }

  /** The request that its connection began with: from which address, and how it reached us. */
  get context(): RequestContext {
    return this.#options.context
  }

  /**
   * Hears the events of one name, with whatever arguments its client sent. A handler that throws
   * is logged, and costs the client its connection.
   */
  on(event: string, handle: (...args: unknown[]) => void): void {
    const { socket, relayed, logger } = this.#options
    const isRelayed = relayed.includes(event)
    socket.on(event, (...args: unknown[]) => {
      try {
        handle(...(isRelayed ? args : args.map(toPlain)))
      } catch (error) {
        const stack = error instanceof Error ? error.stack : String(error)
        logger.error('a dialect threw', { event, error: stack })
        socket.conn.close()
      }
    })
  }

  /** Says an event, unless the socket is gone; what is too deep to be written is dropped. */
  emit(event: string, ...args: unknown[]): void {
    const { socket, logger } = this.#options
    if (!socket.connected) return
    try {
      socket.emit(event, ...args)
    } catch (error) {
      logger.debug('not sent', { socket: socket.id, event, error: messageOf(error) })
    }
  }

  /** Closes its connection; what was said before still arrives. */
  disconnect(): void {
    this.#options.socket.disconnect(true)
  }

  /**
   * Says an event that somebody else said. What was read as text is written as it was, past the
   * layers that would write it anew; the order stays, for a writable WebSocket has nothing waiting.
   */
  relay(relayed: RelayedEvent): void {
    const { socket } = this.#options
    const packet = this.namespace === MAIN_NAMESPACE ? writeRelayed(relayed) : undefined
    if (packet === undefined) {
      this.emit(relayed.event, relayed.text, relayed.said.data)
      return
    }
    if (!socket.connected) return
    const { transport, readyState } = socket.conn
    const webSocket: unknown = 'socket' in transport ? transport.socket : undefined
    if (readyState === 'open' && transport.writable && webSocket instanceof EngineSocket) {
      webSocket.write(ENGINE_MESSAGE + packet)
    } else socket.conn.send(packet)
  }
}

function toPlain(value: unknown): unknown {
  return value instanceof Said ? value.data : value
}
