import { randomBytes } from 'node:crypto'
import { messageOf, type CancelTimer, type Clock, type Logger } from '@duet/base'
import { legRoomName, type CallId, type Notice, type Signal, type UserId } from '@duet/rules'
import type { Hub } from '../../hub/hub.ts'
import type { RoomAccess } from '../../rooms/access.ts'
import { TALK_FOR_TWO } from '../../rooms/room-policy.ts'
import { Stay } from '../stay.ts'
import { DIALECT } from './translate.ts'

/** How often the room is looked at until the other one is there, in milliseconds. */
const LOOK_EVERY_MS = 40

/** How often at the most: for half a minute. Whoever comes later finds a room where nobody offers. */
const MAX_LOOKS = 750

export interface CallRoomOptions {
  /** The client's IP address. */
  ip: string
  hub: Hub
  access: RoomAccess
  clock: Clock
  logger: Logger
  user: UserId
  call: CallId
  leg: number
  /** The other one is there. */
  onPeer: () => void
  onSignal: (signal: Signal) => void
  /** There is no such leg, or not any more. */
  onRefused: () => void
}

/**
 * looking: for the other one, to come second. entering: asked for a seat, alone or not. met: the
 * other one is there. closed: final.
 */
type State =
  | { name: 'looking'; cancel: CancelTimer }
  | { name: 'entering' }
  | { name: 'met' }
  | { name: 'closed' }

/** The way of one connection into the room of one leg of a call. Whoever is there first offers. */
export class CallRoom {
  readonly #options: CallRoomOptions
  readonly #stay: Stay
  readonly #key: string
  #looks = 0
  #state: State = { name: 'entering' }

  constructor(options: CallRoomOptions) {
    this.#options = options
    const { ip, hub, access, logger, user, call, leg } = options
    this.#key = legRoomName(call, leg)
    const id = randomBytes(16).toString('base64url')
    const tag = randomBytes(16).toString('base64url')
    this.#stay = new Stay({
      hub,
      key: this.#key,
      policy: TALK_FOR_TWO,
      judge: () => access(this.#key, user),
      newcomer: { id, address: `messages:${id}`, ip, name: '', tag, dialect: DIALECT, user },
      logger,
      onNotice: (notice) => this.#onNotice(notice),
    })
  }

  get hasPeer(): boolean {
    return this.#state.name === 'met'
  }

  /** Takes a seat now; `isSecond`: as soon as the other one has one, and so it offers. */
  enter(isSecond: boolean): void {
    if (!isSecond) return this.#stay.join(false)
    const cancel = this.#options.clock.every(LOOK_EVERY_MS, () => this.#look())
    this.#state = { name: 'looking', cancel }
    this.#look()
  }

  signal(signal: Signal): void {
    this.#stay.signal(signal)
  }

  /** Gives the seat up; isLost: not by its page's will. Idempotent. */
  close(isLost = false): void {
    this.#end()
    this.#stay.close(isLost)
  }

  /** The server goes away. Idempotent. */
  parentClosed(): void {
    this.#end()
    this.#stay.parentClosed()
  }

  #end(): void {
    if (this.#state.name === 'looking') this.#state.cancel()
    this.#state = { name: 'closed' }
  }

  /** The hub tells nobody who is not in a room, so it is asked. */
  #look(): void {
    this.#looks++
    let isTaken = false
    const goOn = (): void => {
      if (this.#state.name !== 'looking') return
      if (!isTaken && this.#looks < MAX_LOOKS) return
      this.#state.cancel()
      this.#state = { name: 'entering' }
      this.#stay.join(false)
    }
    const looked = this.#options.hub.update(this.#key, (room) => {
      isTaken = (room?.members.length ?? 0) > 0
      return [room, []]
    })
    if (!looked) return goOn()
    looked.then(goOn).catch((error: unknown) => {
      this.#options.logger.error('a room was not looked at', { error: messageOf(error) })
    })
  }

  #onNotice(notice: Notice): void {
    if (notice.type === 'joined' && notice.peers.length > 0) {
      this.#meet()
      for (const signal of notice.peers.flatMap(({ signals }) => signals)) {
        this.#options.onSignal(signal)
      }
    }
    if (notice.type === 'peer-joined') this.#meet()
    if (notice.type === 'refused') this.#options.onRefused()
    if (notice.type === 'signal') this.#options.onSignal(notice.signal)
  }

  #meet(): void {
    if (this.#state.name === 'closed') return
    this.#state = { name: 'met' }
    this.#options.onPeer()
  }
}
