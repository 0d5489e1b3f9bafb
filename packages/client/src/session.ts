import { Emitter, systemClock, type CancelTimer, type Clock, type Logger } from '@duet/base'
import {
  CLOSE_CODES,
  PROTOCOL_VERSION,
  retryAdviceOf,
  SequenceBook,
  SUBPROTOCOL,
  type Ack,
  type ClientRequest,
  type CloseCode,
  type CloseName,
  type Hello,
  type Ping,
  type ServerEvent,
  type ServerMessage,
  type Welcome,
} from '@duet/protocol'
import type { SignalingState } from './call-state.ts'
import { Backoff } from './backoff.ts'

/** The part of a browser's WebSocket that a session uses. */
export interface SocketLike {
  onopen: ((event: Event) => void) | null
  onmessage: ((event: MessageEvent) => void) | null
  onclose: ((event: CloseEvent) => void) | null
  send(data: string): void
  close(code?: number): void
}

export interface SessionOptions {
  /** `wss://host/ws`. */
  url: string
  logger: Logger
  clock?: Clock
  /** Opens a socket; the browser's own by default. */
  openSocket?: (url: string, protocol: string) => SocketLike
  /** 0 to 1; spreads reconnections. */
  random?: () => number
}

export type SessionEvents = {
  state: [state: SignalingState]
  /** The server knows this client. */
  welcome: [welcome: Welcome]
  /** The server forgot this client, seat included; `unsaid` is what may not have arrived. */
  lost: [unsaid: ClientRequest[]]
  event: [event: ServerEvent]
  /** The server does not want this client back; final. */
  refused: [reason: CloseName]
}

/** A socket that has not answered `hello` in this time is given up. */
const CONNECT_TIMEOUT_MS = 8_000

/** After a hint that the network changed, a living socket answers a ping in this time. */
const PROBE_TIMEOUT_MS = 1_500

/**
 * pausing: waits before the next try. opening: a socket is on its way; `saidUpTo` is the last
 * number that was said on it. open: welcomed. closed: final.
 */
type State =
  | { name: 'pausing'; cancel: CancelTimer }
  | { name: 'opening'; socket: SocketLike; cancel: CancelTimer; saidUpTo: number }
  | { name: 'open'; socket: SocketLike; cancel: CancelTimer; heardAt: number }
  | { name: 'closed' }

/**
 * A connection to the server that outlives its sockets: what is said arrives once and in
 * order, or the session is lost and `welcome` says so (docs/protocol.md, rules S).
 */
export class Session {
  readonly #options: Required<SessionOptions>
  readonly #events: Emitter<SessionEvents>
  readonly #backoff: Backoff
  #book = new SequenceBook()
  #token: string | undefined
  /** Connections so far; the server prefers the latest, whatever the network delays. */
  #attempts = 0
  #state: State
  #cancelProbe: CancelTimer = () => {}

  constructor(options: SessionOptions) {
    this.#options = {
      clock: systemClock,
      random: Math.random,
      openSocket: (url, protocol) => new WebSocket(url, protocol),
      ...options,
    }
    this.#events = new Emitter((error, event) =>
      options.logger.error('a session listener threw', { event, error: String(error) }),
    )
    this.#backoff = new Backoff(this.#options.random)
    this.#state = this.#open()
  }

  get signaling(): SignalingState {
    if (this.#state.name === 'open') return 'online'
    return this.#token === undefined && this.#state.name !== 'closed' ? 'connecting' : 'offline'
  }

  /** True after `close()`, and after the server refused this client. */
  get isClosed(): boolean {
    return this.#state.name === 'closed'
  }

  on<Name extends keyof SessionEvents>(
    event: Name,
    listener: (...args: SessionEvents[Name]) => void,
  ): () => void {
    return this.#events.on(event, listener)
  }

  /**
   * Says something to the server: now, or as soon as it can be reached. Returns its number, which
   * an answer may name; 0 when the session is closed.
   */
  send(request: ClientRequest): number {
    if (this.#state.name === 'closed') return 0
    const frame = this.#book.write(request)
    const seq = this.#book.sent
    if (this.#state.name === 'open') this.#state.socket.send(frame)
    if (this.#book.isOverrun) this.#forget()
    return seq
  }

  /** The network may have changed: makes sure within a moment that the socket still lives. */
  probe(): void {
    if (this.#state.name === 'pausing') return this.#reopen()
    // A socket that was on its way over the former network may hang until it is given up.
    if (this.#state.name === 'opening' && this.#token !== undefined) {
      release(this.#state.socket, 4000)
      return this.#enter(this.#open())
    }
    if (this.#state.name !== 'open') return
    const { clock } = this.#options
    const probedAt = clock.now()
    this.#ping(this.#state.socket)
    this.#cancelProbe()
    this.#cancelProbe = clock.after(PROBE_TIMEOUT_MS, () => {
      if (this.#state.name === 'open' && this.#state.heardAt < probedAt) this.#lose()
    })
  }

  /** Ends the session at once; the server frees its seat. Idempotent. */
  close(): void {
    if (this.#state.name === 'closed') return
    const state = this.#state
    this.#enter({ name: 'closed' })
    this.#cancelProbe()
    if (state.name === 'opening' || state.name === 'open') release(state.socket, 1000)
    this.#events.clear()
  }

  #open(): State {
    const { clock, openSocket, url } = this.#options
    const socket = openSocket(url, SUBPROTOCOL)
    const attempt = ++this.#attempts
    socket.onopen = () => this.#greet(socket, attempt)
    socket.onmessage = ({ data }) => this.#onFrame(socket, data)
    socket.onclose = ({ code }) => this.#onClose(socket, code)
    const cancel = clock.after(CONNECT_TIMEOUT_MS, () => this.#lose())
    return { name: 'opening', socket, cancel, saidUpTo: 0 }
  }

  #greet(socket: SocketLike, attempt: number): void {
    const hello: Hello = { type: 'hello', version: PROTOCOL_VERSION }
    if (this.#token !== undefined) {
      hello.session = this.#token
      hello.ack = this.#book.received
      hello.attempt = attempt
    }
    socket.send(JSON.stringify(hello))
    // A new session knows all numbers already: no need to wait for `welcome`.
    if (this.#token !== undefined || this.#state.name !== 'opening') return
    for (const frame of this.#book.unacknowledged()) socket.send(frame)
    this.#state.saidUpTo = this.#book.sent
  }

  #onFrame(socket: SocketLike, data: unknown): void {
    const state = this.#state
    if ((state.name !== 'opening' && state.name !== 'open') || state.socket !== socket) return
    if (state.name === 'open') state.heardAt = this.#options.clock.now()
    const message = parse(data)
    if (!message) return this.#forget()
    if (message.type === 'welcome') return this.#onWelcome(socket, message)
    if ('ack' in message && !this.#book.acknowledge(message.ack)) return this.#forget()
    if (message.type === 'pong' || message.type === 'ack') return
    if (!('seq' in message)) {
      this.#options.logger.warn('the server did not understand a frame', { code: message.code })
      return
    }
    const arrival = this.#book.arrive(message.seq, String(data).length)
    if (arrival === 'gap') return this.#forget()
    if (this.#book.owesAck) {
      const ack: Ack = { type: 'ack', ack: this.#book.ackToSend() }
      socket.send(JSON.stringify(ack))
    }
    if (arrival === 'next') this.#events.emit('event', message)
  }

  #onWelcome(socket: SocketLike, welcome: Welcome): void {
    if (this.#state.name !== 'opening') return
    const { saidUpTo } = this.#state
    const isForgotten = this.#token !== undefined && !welcome.resumed
    const unsaid = isForgotten ? this.#startAnew() : []
    this.#book.acknowledge(welcome.ack)
    this.#token = welcome.session
    this.#backoff.reset()
    const { clock } = this.#options
    const cancel = clock.every(welcome.pingIntervalMs, () => this.#beat(welcome.pingIntervalMs))
    for (const frame of this.#book.unacknowledged(saidUpTo)) socket.send(frame)
    this.#enter({ name: 'open', socket, cancel, heardAt: clock.now() })
    this.#events.emit('welcome', welcome)
    if (isForgotten) this.#events.emit('lost', unsaid)
  }

  #onClose(socket: SocketLike, code: number): void {
    const state = this.#state
    if ((state.name !== 'opening' && state.name !== 'open') || state.socket !== socket) return
    const advice = retryAdviceOf(code)
    if (advice === 'never') {
      const reason = CLOSE_CODES[code as CloseCode]?.name ?? 'bad-frames'
      this.#cancelProbe()
      this.#enter({ name: 'closed' })
      this.#events.emit('refused', reason)
      return
    }
    if (advice === 'later') this.#backoff.slowDown()
    this.#pause()
  }

  /** Pings, and gives a socket up that was silent for two pings. */
  #beat(intervalMs: number): void {
    if (this.#state.name !== 'open') return
    if (this.#options.clock.now() - this.#state.heardAt > 2 * intervalMs) return this.#lose()
    this.#ping(this.#state.socket)
  }

  #ping(socket: SocketLike): void {
    const ping: Ping = { type: 'ping', ack: this.#book.ackToSend() }
    socket.send(JSON.stringify(ping))
  }

  /** Begins anew: the numbers do not fit, so the session is of no use. */
  #forget(): void {
    const unsaid = this.#startAnew()
    this.#options.logger.warn('session given up')
    this.#lose()
    this.#events.emit('lost', unsaid)
  }

  #startAnew(): ClientRequest[] {
    const unsaid = this.#book.unacknowledged().map((frame) => JSON.parse(frame) as ClientRequest)
    this.#token = undefined
    this.#book = new SequenceBook()
    return unsaid
  }

  /** Drops a socket that is dead or of no use, and tries again. */
  #lose(): void {
    if (this.#state.name !== 'opening' && this.#state.name !== 'open') return
    release(this.#state.socket, 4000)
    this.#pause()
  }

  #pause(): void {
    const cancel = this.#options.clock.after(this.#backoff.next(), () => this.#reopen())
    this.#enter({ name: 'pausing', cancel })
  }

  #reopen(): void {
    if (this.#state.name === 'pausing') this.#enter(this.#open())
  }

  #enter(state: State): void {
    const before = this.signaling
    if (this.#state.name !== 'closed') this.#state.cancel()
    this.#state = state
    if (this.signaling !== before) this.#events.emit('state', this.signaling)
  }
}

function parse(data: unknown): ServerMessage | undefined {
  try {
    const value = JSON.parse(String(data)) as ServerMessage | null
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/** Forgets a socket: nothing that it still says is heard. */
function release(socket: SocketLike, code: number): void {
  socket.onopen = null
  socket.onmessage = null
  socket.onclose = null
  socket.close(code)
}
