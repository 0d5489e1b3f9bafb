import type { Clock, Logger } from '@duet/base'
import { Budget } from '../../bounds/budget.ts'
import { TokenBucket } from '../../bounds/rate.ts'
import type { Socket, SocketHandler } from '../../front/socket.ts'
import type { Hub } from '../../hub/hub.ts'
import type { RoomAccess } from '../../rooms/access.ts'
import type { DialectLimits } from '../dialect-limits.ts'
import { Pulse } from '../pulse.ts'
import { readFrame } from './frame.ts'
import { placeOf } from './place.ts'
import { Subscription } from './subscription.ts'

export interface ConnectionOptions {
  /** The client's IP address. */
  ip: string
  hub: Hub
  access: RoomAccess
  clock: Clock
  /** Clients that hear each other in a call; 0: all of them. */
  capacity: number
  limits: DialectLimits
  logger: Logger
  onClosed: () => void
}

/** RFC 6455 §7.4.1, and 1008: it did what is not allowed. */
const GOING_AWAY = 1001
const POLICY_VIOLATION = 1008

/** opening: no socket yet. open. closed: final. */
type State = { name: 'opening' } | { name: 'open'; socket: Socket } | { name: 'closed' }

/** One WebSocket of the topic dialect and its subscriptions. */
export class Connection implements SocketHandler {
  readonly #options: ConnectionOptions
  readonly #budget: Budget
  readonly #translatable: TokenBucket
  /** By subject; several spellings of one room share one. */
  readonly #subscriptions = new Map<string, Subscription>()
  #subjectsLength = 0
  readonly #pulse = new Pulse()
  #state: State = { name: 'opening' }

  constructor(options: ConnectionOptions) {
    this.#options = options
    const { limits, clock } = options
    this.#budget = new Budget(limits, clock)
    this.#translatable = new TokenBucket(limits.translatedLengthRate, clock)
  }

  onOpen(socket: Socket): void {
    this.#state = { name: 'open', socket }
  }

  onMessage(data: string | Uint8Array): void {
    if (this.#state.name !== 'open') return
    this.#pulse.beat()
    if (!this.#budget.admit(data.length)) {
      if (this.#budget.isSpent) this.#drop(this.#state.socket)
      return
    }
    if (typeof data !== 'string') return
    const frame = readFrame(data)
    if (frame?.cmd === 'subscribe') this.#subscribe(frame.subject)
    if (frame?.cmd === 'publish') this.#subscriptions.get(frame.subject)?.publish(frame)
  }

  onPong(): void {
    this.#pulse.beat()
  }

  onClose(): void {
    if (this.#state.name === 'closed') return
    this.#state = { name: 'closed' }
    for (const subscription of this.#subscriptions.values()) subscription.close()
    this.#options.onClosed()
  }

  /** A second has passed. */
  tick(): void {
    if (this.#state.name === 'open') this.#pulse.tick(this.#state.socket)
  }

  /** The server goes away, and tells no room. Idempotent. */
  parentClosed(): void {
    for (const subscription of this.#subscriptions.values()) subscription.parentClosed()
    if (this.#state.name === 'open') this.#state.socket.close(GOING_AWAY, 'the server goes away')
  }

  #subscribe(subject: string): void {
    const { ip, hub, access, capacity, limits, logger } = this.#options
    if (this.#subscriptions.has(subject) || this.#subscriptions.size >= limits.maxRooms) return
    if (this.#subjectsLength + subject.length > limits.maxRoomNamesLength) return
    const place = placeOf(subject, capacity)
    const known = Array.from(this.#subscriptions.values()).find(({ key }) => key === place.key)
    const subscription =
      known ??
      new Subscription({
        ip,
        hub,
        access,
        place,
        logger,
        admitTranslation: (length) => this.#translatable.take(length),
        send: (frame) => this.#send(frame),
        onRefused: () => this.#forget(subscription),
      })
    this.#subscriptions.set(subject, subscription)
    this.#subjectsLength += subject.length
    if (!known) subscription.open()
  }

  #forget(subscription: Subscription): void {
    subscription.close()
    for (const [subject, each] of this.#subscriptions) {
      if (each !== subscription) continue
      this.#subscriptions.delete(subject)
      this.#subjectsLength -= subject.length
    }
  }

  #send(frame: string): void {
    if (this.#state.name !== 'open') return
    const { socket } = this.#state
    socket.send(frame)
    if (socket.backlog <= this.#options.limits.maxBacklogBytes) return
    this.#options.logger.info('connection dropped', { reason: 'does not read' })
    socket.terminate()
  }

  #drop(socket: Socket): void {
    this.#options.logger.info('connection dropped', { reason: 'too many messages' })
    socket.close(POLICY_VIOLATION, 'too many messages')
  }
}
