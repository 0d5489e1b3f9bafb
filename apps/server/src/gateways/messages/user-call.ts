import type { Clock, Logger } from '@duet/base'
import { MAX_EARLY_LEGS, type CallInfo, type Signal, type UserId } from '@duet/rules'
import type { Hub } from '../../hub/hub.ts'
import type { RoomAccess } from '../../rooms/access.ts'
import { CallRoom } from './call-room.ts'
import { HeldSignals } from './held-signals.ts'
import {
  originalText,
  translatedText,
  type DescriptionShape,
  type SignalText,
} from './translate.ts'

export interface UserCallOptions {
  /** The client's IP address. */
  ip: string
  hub: Hub
  access: RoomAccess
  clock: Clock
  logger: Logger
  info: CallInfo
  user: UserId
  /** How the page has its descriptions. */
  shape: () => DescriptionShape
  /** Tells the page what the other one says. */
  tell: (signal: SignalText) => void
}

/** ringing: nobody accepted yet. talking: in the room of the leg. closed: final. */
type State = { name: 'ringing' } | { name: 'talking'; room: CallRoom } | { name: 'closed' }

/** One call of one connection: what is said in it goes through the room of its leg. */
export class UserCall {
  readonly info: CallInfo
  readonly peer: UserId
  readonly isOutgoing: boolean
  readonly #options: UserCallOptions
  readonly #held = new HeldSignals()
  readonly #rooms = new Map<number, CallRoom>()
  /** The caller offers: an offer that was there before is not for this page. */
  #isAnswered: boolean
  #state: State = { name: 'ringing' }

  constructor(options: UserCallOptions) {
    this.#options = options
    this.info = options.info
    const { caller, callee } = options.info
    this.isOutgoing = caller === options.user
    this.peer = this.isOutgoing ? callee : caller
    this.#isAnswered = !this.isOutgoing
  }

  get isTalking(): boolean {
    return this.#state.name === 'talking'
  }

  /**
   * The caller is first in the rooms of devices that connect while they ring: so they wait for
   * its page's offer, and make none that would collide with it.
   */
  prepare(): void {
    for (let leg = 0; leg < MAX_EARLY_LEGS; leg++) this.prepareLeg(leg)
  }

  /** The same for a device that came later. */
  prepareLeg(leg: number): void {
    if (this.#state.name === 'ringing' && !this.#rooms.has(leg)) this.#open(leg).enter(false)
  }

  /** From now on both talk in the room of this leg. */
  accepted(leg: number): void {
    if (this.#state.name !== 'ringing') return
    const known = this.#rooms.get(leg)
    const room = known ?? this.#open(leg)
    this.#state = { name: 'talking', room }
    for (const [number, other] of this.#rooms) {
      if (number === leg) continue
      other.close()
      this.#rooms.delete(number)
    }
    // Whoever is second is offered a connection; a page that has offered already is first.
    const isSecond = !this.isOutgoing && !this.#held.hasOffer
    if (!isSecond) this.#isAnswered = false
    if (!known) room.enter(isSecond)
    else if (room.hasPeer) this.#sendHeld(room)
  }

  /** Says it to the other one, as soon as it is there. */
  send(signal: Signal): void {
    if (this.#state.name === 'talking' && this.#state.room.hasPeer) this.#state.room.signal(signal)
    else if (this.#state.name !== 'closed') this.#held.add(signal)
  }

  /** isLost: not by its page's will. Idempotent. */
  close(isLost = false): void {
    this.#state = { name: 'closed' }
    for (const room of this.#rooms.values()) room.close(isLost)
  }

  /** The server goes away. Idempotent. */
  parentClosed(): void {
    this.#state = { name: 'closed' }
    for (const room of this.#rooms.values()) room.parentClosed()
  }

  #open(leg: number): CallRoom {
    const { ip, hub, access, clock, logger, user, info } = this.#options
    const isInUse = (): boolean => this.#state.name === 'talking' && this.#state.room === room
    const room: CallRoom = new CallRoom({
      ip,
      hub,
      access,
      clock,
      logger,
      user,
      call: info.id,
      leg,
      onPeer: () => isInUse() && this.#sendHeld(room),
      onSignal: (signal) => isInUse() && this.#hear(signal),
      onRefused: () => this.#rooms.get(leg) === room && this.#rooms.delete(leg),
    })
    this.#rooms.set(leg, room)
    return room
  }

  #sendHeld(room: CallRoom): void {
    for (const signal of this.#held.take()) room.signal(signal)
  }

  #hear(signal: Signal): void {
    const { tell, shape } = this.#options
    const original = originalText(signal)
    if (original) return tell(original)
    const isAnswer = signal.type === 'description' && signal.description.type === 'answer'
    this.#isAnswered ||= isAnswer
    const translated = this.#isAnswered ? translatedText(signal, shape()) : undefined
    if (translated) tell(translated)
  }
}
