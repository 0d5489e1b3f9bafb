import type { Clock } from '@duet/base'
import {
  closeCodeOf,
  GRACE_MS,
  MAX_BAD_FRAMES,
  parseClientMessage,
  type CloseName,
  type ErrorCode,
  type ErrorMessage,
  type Hello,
} from '@duet/protocol'
import type { Socket, SocketHandler } from '../../front/socket.ts'
import type { Session } from './session.ts'

export interface ConnectionOptions {
  clock: Clock
  /** Gives the session that `hello` begins or takes up; undefined: the socket was closed. */
  onHello: (socket: Socket, hello: Hello) => Session | undefined
  onClosed: () => void
}

/**
 * Close codes that end the session at once (RFC 6455 §7.4.1): 1000 and 1005 (closed by its
 * page), 1001 (tab closed), 1009 (frame too large).
 */
const FINAL_CLOSES = new Set([1000, 1001, 1005, 1009])

/**
 * opening: no socket yet. silent: open, no hello yet. greeted: carries a session. refused: its
 * hello was, and the socket closes. closed: final.
 */
type State =
  | { name: 'opening' }
  | { name: 'silent'; socket: Socket; since: number }
  | { name: 'greeted'; socket: Socket; session: Session }
  | { name: 'refused' }
  | { name: 'closed' }

/** One WebSocket of the native dialect: reads frames and hands them to its session. */
export class Connection implements SocketHandler {
  readonly #options: ConnectionOptions
  #state: State = { name: 'opening' }
  #heardAt: number
  #badFrames = 0

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#heardAt = options.clock.now()
  }

  onOpen(socket: Socket): void {
    this.#heardAt = this.#options.clock.now()
    this.#state = { name: 'silent', socket, since: this.#heardAt }
  }

  onMessage(data: string | Uint8Array): void {
    const state = this.#state
    if (state.name !== 'silent' && state.name !== 'greeted') return
    // A socket that lost its session to another one is not heard any more.
    if (state.name === 'greeted' && !isCarrier(state)) return
    this.#heardAt = this.#options.clock.now()
    const result = parseClientMessage(typeof data === 'string' ? data : '')
    if (!result.ok) {
      this.#complain(result)
      return
    }
    const { message } = result
    if (state.name === 'greeted' && message.type !== 'hello') {
      state.session.handle(message, String(data))
    } else if (state.name === 'silent' && message.type === 'hello') {
      const session = this.#options.onHello(state.socket, message)
      this.#state = session
        ? { name: 'greeted', socket: state.socket, session }
        : { name: 'refused' }
    } else {
      this.#complain({ code: 'hello-first', message: 'hello comes first, and once' })
    }
  }

  onClose(code: number): void {
    const state = this.#state
    if (state.name === 'closed') return
    this.#state = { name: 'closed' }
    if (state.name === 'greeted') {
      const { session, socket } = state
      if (isCarrier(state) && FINAL_CLOSES.has(code)) session.close()
      else session.detach(socket, this.#options.clock.now() + GRACE_MS)
    }
    this.#options.onClosed()
  }

  /** True when it said no hello in time, or nothing at all for too long. */
  isDue(now: number, { helloMs, silenceMs }: { helloMs: number; silenceMs: number }): boolean {
    if (this.#state.name === 'silent') return now - this.#state.since > helloMs
    return this.#state.name === 'greeted' && now - this.#heardAt > silenceMs
  }

  /** Ends a socket that is due; a session survives it. */
  giveUp(): void {
    if (this.#state.name === 'silent') this.close('hello-timeout')
    if (this.#state.name === 'greeted') this.#state.socket.terminate()
  }

  /** Closes the socket with a reason; what happens to the session is its owner's matter. */
  close(reason: CloseName): void {
    if (this.#state.name !== 'silent' && this.#state.name !== 'greeted') return
    this.#state.socket.close(closeCodeOf(reason), reason)
  }

  /** Answers a frame that was not understood; too many end the session. */
  #complain(fault: { code: ErrorCode; message: string; seq?: number }): void {
    const state = this.#state
    if (state.name !== 'silent' && state.name !== 'greeted') return
    const { code, message, seq } = fault
    this.#badFrames++
    if (state.name === 'greeted' && seq !== undefined) {
      state.session.handleMalformed(seq, code, message)
    } else {
      const error: ErrorMessage = { type: 'error', code, message }
      state.socket.send(JSON.stringify(error))
    }
    if (this.#badFrames < MAX_BAD_FRAMES) return
    if (state.name === 'greeted') state.session.drop('bad-frames')
    else this.close('bad-frames')
  }
}

function isCarrier({ session, socket }: { session: Session; socket: Socket }): boolean {
  return session.state.name === 'attached' && session.state.socket === socket
}
