import { EventEmitter } from 'node:events'
import { messageOf, type Clock, type Logger } from '@duet/base'
import { TokenBucket, type Rate } from '../bounds/rate.ts'
import type { Socket, SocketHandler } from '../front/socket.ts'
import { isMessage } from './engine-packets.ts'
import { EngineSocket } from './engine-socket.ts'

/** Hands an open WebSocket to the engine. */
type Greet = (socket: EngineSocket) => void

/**
 * asked: the engine judges the request. refused: not to be opened. accepted: it will be.
 * open: frames go to the engine. closed: final.
 */
type State =
  | { name: 'asked' }
  | { name: 'refused'; answer: string }
  | { name: 'accepted'; greet: Greet }
  | { name: 'open'; socket: EngineSocket }
  | { name: 'closed' }

/** Frames that are the engine's own: a ping or its answer every 5 s, and a few at the upgrade. */
const CONTROL_RATE: Rate = { perSecond: 2, burst: 50 }

export interface UpgradeOptions {
  isVersion3: boolean
  clock: Clock
  maxBacklogBytes: number
  logger: Logger
  onClosed: () => void
}

/**
 * One request for a WebSocket. To the engine it is the connection that the request came on, of
 * Node's `net.Socket` the part that it touches; to the front it is the handler of the WebSocket.
 */
export class Upgrade extends EventEmitter implements SocketHandler {
  readonly #options: UpgradeOptions
  readonly #controls: TokenBucket
  #state: State = { name: 'asked' }

  constructor(options: UpgradeOptions) {
    super()
    this.#options = options
    this.#controls = new TokenBucket(CONTROL_RATE, options.clock)
  }

  /** What the engine answers in place of a WebSocket; undefined: it takes one. */
  get refusal(): Response | undefined {
    if (this.#state.name === 'accepted') return undefined
    const answer = this.#state.name === 'refused' ? this.#state.answer : ''
    return new Response(answer.replace(/^[^]*\r\n\r\n/, ''), { status: 400 })
  }

  /** The engine takes it. */
  accept(greet: Greet): void {
    this.#state = { name: 'accepted', greet }
  }

  get writable(): boolean {
    return this.#state.name === 'asked'
  }

  /** The engine writes nothing but a refusal, as it goes over the wire. */
  write(answer: string): void {
    this.#state = { name: 'refused', answer }
  }

  /** The engine is done with it. */
  destroy(): void {
    if (this.#state.name === 'open') this.#state.socket.terminate()
  }

  onOpen(socket: Socket): void {
    if (this.#state.name !== 'accepted') return
    const { greet } = this.#state
    const engineSocket = new EngineSocket(socket, this.#options.maxBacklogBytes)
    this.#state = { name: 'open', socket: engineSocket }
    this.#run(() => greet(engineSocket))
  }

  onMessage(data: string | Uint8Array): void {
    const state = this.#state
    if (state.name !== 'open') return
    if (!isMessage(data, this.#options.isVersion3) && !this.#controls.take()) {
      state.socket.terminate()
      return
    }
    if (typeof data === 'string') this.#run(() => state.socket.emit('message', data, false))
    else {
      const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
      this.#run(() => state.socket.emit('message', bytes, true))
    }
  }

  onClose(): void {
    const state = this.#state
    if (state.name === 'closed') return
    this.#state = { name: 'closed' }
    if (state.name === 'open') this.#run(() => state.socket.emit('close'))
    this.emit('close')
    this.#options.onClosed()
  }

  /** A fault of the engine costs its client the connection, and nobody else. */
  #run(tell: () => void): void {
    try {
      tell()
    } catch (error) {
      this.#options.logger.debug('the engine threw', { error: messageOf(error) })
      this.destroy()
    }
  }
}

/** Takes the place of the engine's own WebSocket server. */
export class UpgradeEngine {
  handleUpgrade(_request: unknown, upgrade: Upgrade, _head: unknown, greet: Greet): void {
    upgrade.accept(greet)
  }

  close(): void {}
}
