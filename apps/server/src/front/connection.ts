import type { Logger } from '@duet/base'
import type { ServerWebSocket } from 'bun'
import type { Departing, Departures } from './departures.ts'
import type { FlowSocket, RequestContext, SocketHandler } from './socket.ts'

/** How long a peer that does not read may keep a closed socket, in milliseconds. */
const CLOSE_GRACE_MS = 2000

/** RFC 6455 §7.4.1 */
const MESSAGE_TOO_BIG = 1009
const INTERNAL_ERROR = 1011
const NO_STATUS = 1006

/**
 * opening: accepted, not there yet. open. closing: closed by us, the rest of what was sent
 * drains. closed: final.
 */
type State =
  | { name: 'opening' }
  | { name: 'open'; ws: ServerWebSocket<Connection> }
  | { name: 'closing'; finish: () => void }
  | { name: 'closed' }

export interface ConnectionOptions {
  context: RequestContext
  handler: SocketHandler
  maxMessageBytes: number
  departures: Departures
  logger: Logger
}

/** Ties one of Bun's WebSockets to the handler that a gateway made for it. */
export class Connection implements FlowSocket, Departing {
  readonly context: RequestContext
  readonly #options: ConnectionOptions
  #state: State = { name: 'opening' }
  /** Frames of this turn of the event loop. */
  #unsent: (string | Uint8Array)[] | undefined
  #unsentLength = 0
  /** Its peer had taken everything when frames left the last time. */
  #isReading = true

  constructor(options: ConnectionOptions) {
    this.context = options.context
    this.#options = options
  }

  get backlog(): number {
    if (this.#state.name !== 'open') return 0
    // To ask costs as much as a good part of relaying a frame.
    const unread = this.#isReading ? 0 : this.#state.ws.getBufferedAmount()
    return unread + this.#unsentLength
  }

  send(data: string | Uint8Array): boolean {
    if (this.#state.name !== 'open' || this.#state.ws.readyState !== 1) return false
    this.#unsentLength += data.length
    if (this.#unsent) this.#unsent.push(data)
    else {
      this.#unsent = [data]
      this.#options.departures.add(this)
    }
    return true
  }

  depart(): void {
    const unsent = this.#unsent
    this.#unsent = undefined
    this.#unsentLength = 0
    if (!unsent || this.#state.name !== 'open') return
    const { ws } = this.#state
    const [first] = unsent
    if (first !== undefined && unsent.length === 1) ws.send(first)
    else {
      ws.cork(() => {
        for (const frame of unsent) ws.send(frame)
      })
    }
    this.#isReading = ws.getBufferedAmount() === 0
  }

  close(code: number, reason: string): void {
    this.depart()
    if (this.#state.name !== 'open') return
    const { ws } = this.#state
    if (ws.getBufferedAmount() === 0) {
      this.#end(code)
      ws.close(code, reason)
      return
    }
    // Bun never lets go of a socket that is closed while its peer does not read.
    const timer = setTimeout(() => ws.terminate(), CLOSE_GRACE_MS)
    const finish = (): void => {
      clearTimeout(timer)
      ws.close(code, reason)
    }
    this.#end(code, undefined, { name: 'closing', finish })
  }

  ping(): void {
    if (this.#state.name === 'open') this.#state.ws.ping()
  }

  pause(): void {
    if (this.#state.name === 'open') this.#state.ws.pause()
  }

  resume(): void {
    if (this.#state.name === 'open') this.#state.ws.resume()
  }

  terminate(): void {
    if (this.#state.name !== 'open') return
    const { ws } = this.#state
    this.#end(NO_STATUS)
    ws.terminate()
  }

  handleOpen(ws: ServerWebSocket<Connection>): void {
    ws.binaryType = 'uint8array'
    this.#state = { name: 'open', ws }
    this.#call(() => this.#options.handler.onOpen(this))
  }

  handleMessage(data: string | Uint8Array): void {
    if (this.#state.name !== 'open') return
    if (isLonger(data, this.#options.maxMessageBytes)) {
      this.close(MESSAGE_TOO_BIG, 'message too big')
      return
    }
    this.#call(() => this.#options.handler.onMessage(data))
  }

  /** The peer lives. */
  handlePong(): void {
    if (this.#state.name === 'open') this.#call(() => this.#options.handler.onPong?.())
  }

  /** The peer has taken everything that was waiting for it. */
  handleDrain(): void {
    this.#isReading = true
    if (this.#state.name === 'closing') this.#state.finish()
    else if (this.#state.name === 'open') this.#call(() => this.#options.handler.onDrain?.())
  }

  /** The WebSocket is gone, whoever closed it. */
  handleClose(code: number, reason?: string): void {
    const state = this.#state
    if (state.name === 'open' || state.name === 'opening') this.#end(code, reason)
    this.#state = { name: 'closed' }
  }

  #end(code: number, reason?: string, state: State = { name: 'closed' }): void {
    this.#state = state
    queueMicrotask(() => this.#call(() => this.#options.handler.onClose(code, reason)))
  }

  #call(run: () => void): void {
    try {
      run()
    } catch (error) {
      const stack = error instanceof Error ? error.stack : String(error)
      this.#options.logger.error('a WebSocket handler threw', {
        path: this.context.url.pathname,
        error: stack,
      })
      this.close(INTERNAL_ERROR, 'internal error')
    }
  }
}

function isLonger(data: string | Uint8Array, maxBytes: number): boolean {
  if (typeof data !== 'string') return data.byteLength > maxBytes
  // A UTF-16 unit is one to three bytes of UTF-8: most messages need no counting.
  if (data.length * 3 <= maxBytes) return false
  return data.length > maxBytes || Buffer.byteLength(data) > maxBytes
}
