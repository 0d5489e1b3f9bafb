import { EventEmitter } from 'node:events'
import type { Socket } from '../front/socket.ts'

/** RFC 6455 §7.4.1 */
const NORMAL = 1000

/** A WebSocket as the engine knows them: the part of `ws` that it touches. */
export class EngineSocket extends EventEmitter {
  readonly #socket: Socket
  readonly #maxBacklogBytes: number

  constructor(socket: Socket, maxBacklogBytes: number) {
    super()
    this.#socket = socket
    this.#maxBacklogBytes = maxBacklogBytes
  }

  send(data: string | Uint8Array, onSent: (error?: Error) => void): void {
    if (this.write(data)) onSent()
  }

  /** Returns false when it is closed, or was now: who does not read is cut off. */
  write(data: string | Uint8Array): boolean {
    if (!this.#socket.send(data)) return false
    if (this.#socket.backlog <= this.#maxBacklogBytes) return true
    this.#socket.terminate()
    return false
  }

  close(): void {
    this.#socket.close(NORMAL, '')
  }

  terminate(): void {
    this.#socket.terminate()
  }
}
