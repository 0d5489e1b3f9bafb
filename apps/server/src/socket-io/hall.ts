import type { SocketIoClient, SocketIoDialect } from './dialect.ts'
import type { DialectSocket } from './dialect-socket.ts'
import { Said } from './said.ts'

/** A dialect in which everybody hears what the others say, and when they go. For tests. */
export class Hall implements SocketIoDialect {
  readonly namespaces: readonly string[]
  readonly relayed: readonly string[]
  /** Those who are there. */
  readonly sockets = new Set<DialectSocket>()
  /** What its clients were told of their end. */
  readonly ends: string[] = []

  constructor({ namespaces = ['/'], relayed = ['message'] }: Partial<SocketIoDialect> = {}) {
    this.namespaces = namespaces
    this.relayed = relayed
  }

  welcome(socket: DialectSocket): SocketIoClient {
    this.sockets.add(socket)
    const others = (): DialectSocket[] => [...this.sockets].filter((one) => one !== socket)
    socket.on('message', (text, data) => {
      for (const one of others()) {
        if (data instanceof Said) one.relay({ event: 'message', text: String(text), said: data })
        else one.emit('message', text, data)
      }
    })
    socket.on('echo', (...args) => socket.emit('echo', ...args))
    return {
      close: () => {
        this.ends.push('close')
        if (!this.sockets.delete(socket)) return
        for (const one of others()) one.emit('bye', socket.id)
      },
      parentClosed: () => {
        this.ends.push('parentClosed')
        this.sockets.delete(socket)
      },
    }
  }
}
