import type { RawData, WebSocket } from 'ws'
import type { FlowSocket, SocketHandler } from '../front/socket.ts'
import type { Dialled } from './dial.ts'
import { PAUSE_BYTES } from './limits.ts'
import { Liveness } from './liveness.ts'

/** RFC 6455 §7.4.1: neither stands in a frame. */
const NO_CODE = 1005
const NO_CLOSE = 1006

/** From IANA's registry of close codes. */
const BAD_GATEWAY = 1014

/**
 * Passes the messages of two WebSockets on to each other. Where one side does not read, the other
 * one is not read either, so that little waits here. Who closes is passed on with code and reason; a
 * side that is lost is 1006 to the upstream, and 1014 to the client.
 */
export class Bridge implements SocketHandler {
  readonly handshake: Headers
  readonly #upstream: WebSocket
  readonly #onEnd: () => void
  readonly #clientLife = new Liveness()
  readonly #upstreamLife = new Liveness()
  #client: FlowSocket | undefined
  #isClientPaused = false
  #open = { client: true, upstream: true }

  /** `onEnd` is called once, when both sides are closed. */
  constructor({ upstream, handshake }: Dialled, onEnd: () => void) {
    this.handshake = handshake
    this.#upstream = upstream
    this.#onEnd = onEnd
    upstream.on('error', () => {})
    upstream.on('close', (code, reason) => this.#handleUpstreamClose(code, reason.toString()))
    upstream.on('ping', () => this.#upstreamLife.heard())
    upstream.on('pong', () => this.#upstreamLife.heard())
    upstream.on('message', (data, isBinary) => this.#handleUpstreamMessage(data, isBinary))
  }

  onOpen(client: FlowSocket): void {
    this.#client = client
    if (this.#open.upstream) this.#upstream.resume()
    else client.close(BAD_GATEWAY, 'upstream lost')
  }

  onMessage(data: string | Uint8Array): void {
    this.#clientLife.heard()
    if (this.#upstream.readyState !== this.#upstream.OPEN) return
    this.#upstream.send(data, { binary: typeof data !== 'string' }, this.#handleSent)
    if (this.#isClientPaused || this.#upstream.bufferedAmount <= PAUSE_BYTES) return
    this.#isClientPaused = true
    this.#client?.pause()
  }

  onPong(): void {
    this.#clientLife.heard()
  }

  onDrain(): void {
    this.#goOnReadingUpstream()
  }

  onClose(code: number, reason = ''): void {
    this.#end('client')
    if (!this.#open.upstream) return
    // What it still sends is for nobody, but for its close.
    this.#upstream.resume()
    if (code === NO_CLOSE) this.#upstream.terminate()
    else if (code === NO_CODE) this.#upstream.close()
    else this.#closeUpstream(code, reason)
  }

  /** Cuts a side that gave no sign of life since the last time, and asks both for one. */
  checkLife(): void {
    const client = this.#client
    const upstream = this.#upstream
    if (!client || !this.#open.client || !this.#open.upstream) return
    const { backlog } = client
    if (!this.#clientLife.look({ backlog, isPaused: this.#isClientPaused })) {
      client.terminate()
      return
    }
    const { bufferedAmount, isPaused } = upstream
    if (!this.#upstreamLife.look({ backlog: bufferedAmount, isPaused })) {
      upstream.terminate()
      return
    }
    client.ping()
    if (upstream.readyState === upstream.OPEN) upstream.ping()
  }

  /** The server goes away. */
  parentClosed(): void {
    if (this.#client) this.#client.close(1001, 'going away')
    else this.#upstream.terminate()
  }

  #handleUpstreamMessage(data: RawData, isBinary: boolean): void {
    this.#upstreamLife.heard()
    const client = this.#client
    if (!client || !this.#open.client) return
    const bytes = data as Buffer
    client.send(isBinary ? bytes : bytes.toString())
    if (client.backlog <= PAUSE_BYTES || this.#upstream.isPaused) return
    this.#upstream.pause()
    // Behind the departure of what was just said, which may be all that there is.
    setImmediate(() => this.#goOnReadingUpstream())
  }

  #goOnReadingUpstream(): void {
    if (!this.#client || this.#client.backlog > PAUSE_BYTES) return
    if (this.#upstream.isPaused) this.#upstream.resume()
  }

  /** Also called for what can't be sent any more. */
  readonly #handleSent = (): void => {
    if (!this.#isClientPaused || this.#upstream.bufferedAmount > PAUSE_BYTES) return
    this.#isClientPaused = false
    this.#client?.resume()
  }

  #handleUpstreamClose(code: number, reason: string): void {
    this.#end('upstream')
    const client = this.#client
    if (!client || !this.#open.client) return
    // Its answer to the close must be read.
    client.resume()
    if (code === NO_CLOSE) client.close(BAD_GATEWAY, 'upstream lost')
    else client.close(code, reason)
  }

  #closeUpstream(code: number, reason: string): void {
    try {
      this.#upstream.close(code, reason)
    } catch {
      this.#upstream.terminate()
    }
  }

  #end(side: 'client' | 'upstream'): void {
    if (!this.#open[side]) return
    this.#open[side] = false
    if (!this.#open.client && !this.#open.upstream) this.#onEnd()
  }
}
