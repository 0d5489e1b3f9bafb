import {
  nextRoom,
  type Newcomer,
  type Notice,
  type RefusalCode,
  type RoomEvent,
  type RoomPolicy,
  type Signal,
} from '@duet/rules'
import type { Logger } from '@duet/base'
import type { Hub } from '../hub/hub.ts'
import type { RoomVerdict } from '../rooms/access.ts'
import { withPolicy } from '../rooms/room-policy.ts'

type WithoutFrom<Type extends RoomEvent['type']> = {
  [Each in Type]: Omit<Extract<RoomEvent, { type: Each }>, 'from'>
}[Type]

/** What a client says while its join is judged; more is dropped. */
const MAX_WAITING_TASKS = 256

export interface StayOptions {
  hub: Hub
  /** The room, as `roomKey` names it. */
  key: string
  policy: RoomPolicy
  /** Asked at each join, where the room may have rules of its own; its policy takes the place. */
  judge?: () => RoomVerdict | Promise<RoomVerdict>
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
  /** What was asked while a join is judged; absent: none is. */
  #waiting: (() => void)[] | undefined
  #policy: RoomPolicy
  #isClosed = false

  constructor(options: StayOptions) {
    this.#options = options
    this.#policy = options.policy
    this.#unsubscribe = options.hub.subscribe(options.newcomer.address, (notice) => {
      if (!this.#isClosed) options.onNotice(notice)
    })
  }

  /** Asks for a seat; `wait`: or for a place in line. The answer is a notice. */
  join(wait: boolean): void {
    const verdict = this.#options.judge?.() ?? { policy: this.#options.policy }
    if (!(verdict instanceof Promise)) return this.#enter(verdict, wait)
    this.#waiting ??= []
    void verdict.then((judged) => {
      const waiting = this.#waiting ?? []
      this.#waiting = undefined
      this.#enter(judged, wait)
      for (const task of waiting) task()
    })
  }

  /** Gives up the seat, or the place in line; answered with `left`. isLost: nobody wanted that. */
  leave(isLost = false): void {
    void this.#update({ type: 'leave', from: this.#address, isLost })
  }

  /** Says it to everybody else in the room. */
  signal(signal: Signal): void {
    void this.#update({ type: 'signal', from: this.#address, to: undefined, signal, ref: 0 })
  }

  /** Whether its media can be played from the media server. */
  publish(isPublishing: boolean): void {
    void this.#update({ type: 'publishing', from: this.#address, isPublishing })
  }

  /** Says a line of text to everybody else in the room. */
  chat(body: string): void {
    void this.#update({
      type: 'chat',
      from: this.#address,
      text: { body, isSealed: false },
      ref: 0,
    })
  }

  /**
   * B1, B3: agrees to something, or starts what was agreed on, and the other way round. A refusal is a notice with
   * `ref`. Resolves, where it takes a while, with whether it was decided; never rejects.
   */
  capture(event: WithoutFrom<'consent' | 'capture'>): Promise<boolean> | undefined {
    return this.#update({ ...event, from: this.#address })
  }

  /** The client is gone (isLost: not by its will), or done: nothing is heard any more. Idempotent. */
  close(isLost = false): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.leave(isLost)
    this.#unsubscribe()
  }

  /** The server goes away: nobody is told, for the others' sockets close as well. Idempotent. */
  parentClosed(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#unsubscribe()
  }

  #enter(verdict: RoomVerdict, wait: boolean): void {
    const { newcomer, onNotice } = this.#options
    if ('refusal' in verdict) {
      if (!this.#isClosed) onNotice({ type: 'refused', code: verdict.refusal, ref: 0 })
      return
    }
    this.#policy = verdict.policy
    void this.#update({ type: 'join', newcomer, wait, ref: 0 })
  }

  get #address(): string {
    return this.#options.newcomer.address
  }

  #update(event: RoomEvent): Promise<boolean> | undefined {
    if (this.#waiting) {
      const task = (): void => void this.#update(event)
      if (this.#waiting.length < MAX_WAITING_TASKS) this.#waiting.push(task)
      return undefined
    }
    const { hub, key } = this.#options
    return hub
      .update(key, (room) => nextRoom(withPolicy(room, this.#policy, event), event))
      ?.then(isDone, this.#onFailure)
  }

  readonly #onFailure = (error: unknown): false => {
    this.#options.logger.error('a room was not updated', { error: String(error) })
    return false
  }
}

const isDone = (): true => true

/** Whether a refusal means that there is neither seat nor place in line. */
export function isEntryRefused(code: RefusalCode): boolean {
  return code !== 'not-in-room' && code !== 'no-such-peer' && code !== 'already-in-room'
}
