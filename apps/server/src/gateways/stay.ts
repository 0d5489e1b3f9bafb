import {
  emptyRoom,
  nextRoom,
  type Newcomer,
  type Notice,
  type RoomEvent,
  type RoomPolicy,
  type Signal,
} from '@duet/rules'
import type { Logger } from '@duet/base'
import type { Hub } from '../hub/hub.ts'

export interface StayOptions {
  hub: Hub
  /** The room, as `roomKey` names it. */
  key: string
  policy: RoomPolicy
  newcomer: Newcomer
  logger: Logger
  onNotice: (notice: Notice) => void
}

/**
 * The way of one client into one room and out of it, for dialects whose clients can't resume:
 * a seat or a place in line, from `join` to `close`. A client that may be in several rooms has
 * a stay in each, with an address of its own.
 */
export class Stay {
  readonly #options: StayOptions
  readonly #unsubscribe: () => void
  #isClosed = false

  constructor(options: StayOptions) {
    this.#options = options
    this.#unsubscribe = options.hub.subscribe(options.newcomer.address, (notice) => {
      if (!this.#isClosed) options.onNotice(notice)
    })
  }

  /** Asks for a seat; `wait`: or for a place in line. The answer is a notice. */
  join(wait: boolean): void {
    this.#update({ type: 'join', newcomer: this.#options.newcomer, wait, ref: 0 })
  }

  /** Gives up the seat, or the place in line; answered with `left`. */
  leave(): void {
    this.#update({ type: 'leave', from: this.#address })
  }

  /** Says it to everybody else in the room. */
  signal(signal: Signal): void {
    this.#update({ type: 'signal', from: this.#address, to: undefined, signal, ref: 0 })
  }

  /** Says a line of text to everybody else in the room. */
  chat(body: string): void {
    this.#update({ type: 'chat', from: this.#address, text: { body, isSealed: false }, ref: 0 })
  }

  /** The client is gone, or done: nothing is heard any more. Idempotent. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.leave()
    this.#unsubscribe()
  }

  /** The server goes away: nobody is told, for the others' sockets close as well. Idempotent. */
  parentClosed(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#unsubscribe()
  }

  get #address(): string {
    return this.#options.newcomer.address
  }

  #update(event: RoomEvent): void {
    const { hub, key, policy } = this.#options
    hub.update(key, (room) => nextRoom(room ?? emptyRoom(policy), event))?.catch(this.#onFailure)
  }

  readonly #onFailure = (error: unknown): void => {
    this.#options.logger.error('a room was not updated', { error: String(error) })
  }
}
