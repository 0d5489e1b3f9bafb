import { messageOf, type Clock, type Logger } from '@duet/base'
import { Budget } from '../../bounds/budget.ts'
import { TokenBucket } from '../../bounds/rate.ts'
import type { Socket, SocketHandler } from '../../front/socket.ts'
import type { DialectLimits } from '../dialect-limits.ts'
import { Pulse } from '../pulse.ts'
import { CODES, isMethod } from './codes.ts'
import { Device, type DeviceOptions } from './device.ts'
import { readFrame, writePush, type Frame, type Push } from './frame.ts'
import type { Fault } from './sentences.ts'

export interface ConnectionOptions extends Omit<
  DeviceOptions,
  'admitTranslation' | 'send' | 'onSignedOut'
> {
  clock: Clock
  logger: Logger
  limits: DialectLimits
  onClosed: () => void
}

/** RFC 6455 §7.4.1, and 1008: it did what is not allowed. */
const GOING_AWAY = 1001
const UNSUPPORTED_DATA = 1003
const NO_STATUS = 1005
const NORMAL = 1000
const POLICY_VIOLATION = 1008

/** Frames that wait until a client attends; more are refused. */
export const MAX_WAITING_FRAMES = 64

/**
 * opening: no socket yet. open: not connected as a user yet. arriving: `User/Connect` is being
 * carried out. attending. closed: final.
 */
type State =
  | { name: 'opening' }
  | { name: 'open'; socket: Socket }
  | { name: 'arriving'; socket: Socket; waiting: Frame[] }
  | { name: 'attending'; socket: Socket; device: Device }
  | { name: 'closed' }

/** One WebSocket of the messages dialect. */
export class Connection implements SocketHandler {
  readonly #options: ConnectionOptions
  readonly #budget: Budget
  readonly #translatable: TokenBucket
  readonly #pulse = new Pulse()
  #state: State = { name: 'opening' }

  constructor(options: ConnectionOptions) {
    this.#options = options
    const { limits, clock } = options
    this.#budget = new Budget(limits, clock)
    this.#translatable = new TokenBucket(limits.translatedLengthRate, clock)
  }

  /** Whose login it is. */
  get identity(): ConnectionOptions['identity'] {
    return this.#options.identity
  }

  onOpen(socket: Socket): void {
    this.#state = { name: 'open', socket }
  }

  onMessage(data: string | Uint8Array): void {
    const socket = this.#socket
    if (!socket) return
    this.#pulse.beat()
    if (!this.#budget.admit(data.length)) {
      if (this.#budget.isSpent) this.#drop('too many messages')
      else this.#refuse('', 'too-many')
      return
    }
    if (typeof data !== 'string') return socket.close(UNSUPPORTED_DATA, 'text frames only')
    const frame = readFrame(data)
    if (frame) this.#handle(frame)
    else this.#drop('bad JSON')
  }

  onPong(): void {
    this.#pulse.beat()
  }

  onClose(code: number): void {
    const before = this.#state
    if (before.name === 'closed') return
    this.#state = { name: 'closed' }
    const isLost = code !== NORMAL && code !== GOING_AWAY && code !== NO_STATUS
    if (before.name === 'attending') before.device.leave(isLost)
    this.#options.onClosed()
  }

  /** A second has passed. */
  tick(): void {
    if (this.#socket) this.#pulse.tick(this.#socket)
  }

  /** Its login is over. */
  signOut(): void {
    this.#socket?.close(POLICY_VIOLATION, 'logged out')
  }

  /** The server goes away; calls go on. Idempotent. */
  parentClosed(): void {
    if (this.#state.name === 'attending') this.#state.device.parentClosed()
    this.#socket?.close(GOING_AWAY, 'the server goes away')
  }

  get #socket(): Socket | undefined {
    return 'socket' in this.#state ? this.#state.socket : undefined
  }

  #handle(frame: Frame): void {
    const state = this.#state
    const { method } = frame
    if (state.name === 'arriving') {
      if (state.waiting.length < MAX_WAITING_FRAMES) state.waiting.push(frame)
      else this.#refuse(method, 'too-many')
    } else if (!isMethod(method)) {
      this.#refuse(method, 'unknown-method')
    } else if (state.name === 'attending') {
      if (method !== 'User/Connect') state.device.handle(frame, method)
    } else if (method !== 'User/Connect') {
      this.#refuse(method, 'connect-first')
    } else if (frame.fromId !== undefined && frame.fromId !== this.#options.identity.user.id) {
      this.#refuse(method, 'not-you')
    } else if (state.name === 'open') {
      void this.#attend(state.socket)
    }
  }

  async #attend(socket: Socket): Promise<void> {
    const waiting: Frame[] = []
    this.#state = { name: 'arriving', socket, waiting }
    try {
      const device = await Device.attend({
        ...this.#options,
        admitTranslation: (length) => this.#translatable.take(length),
        send: (push) => this.#send(push),
        onSignedOut: () => this.signOut(),
      })
      if (!this.#socket) return device.leave(true)
      this.#state = { name: 'attending', socket, device }
    } catch (error) {
      this.#options.logger.warn('nobody attends', { error: messageOf(error) })
      if (this.#socket) this.#state = { name: 'open', socket }
      this.#refuse('User/Connect', 'unavailable')
    }
    for (const frame of waiting) this.#handle(frame)
  }

  #refuse(method: string, fault: Fault): void {
    this.#send({ method, code: CODES.refused, message: this.#options.sentences.faults[fault] })
  }

  #send(push: Push): void {
    const socket = this.#socket
    if (!socket) return
    socket.send(writePush(push))
    if (socket.backlog <= this.#options.limits.maxBacklogBytes) return
    this.#options.logger.info('connection dropped', { reason: 'does not read' })
    socket.terminate()
  }

  #drop(reason: string): void {
    this.#options.logger.info('connection dropped', { reason })
    this.#socket?.close(POLICY_VIOLATION, reason)
  }
}
