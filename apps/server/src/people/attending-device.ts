import { randomBytes } from 'node:crypto'
import { messageOf, type Clock, type Logger } from '@duet/base'
import type { CallId, CallMedia, CallNotice, PersonEvent, UserId } from '@duet/rules'
import type { PeopleHub } from '../hub/people-hub.ts'
import { StoreError } from '../store/store-error.ts'
import type { Calls } from './calls.ts'
import type { Desk } from './desk.ts'
import { MAX_WAITING_REQUESTS } from './limits.ts'
import type { Messages, SaidMessage } from './messages.ts'
import type {
  DeviceNotice,
  DeviceOptions,
  DeviceRefusal,
  DeviceStay,
  MessageRefusal,
  Overview,
} from './people.ts'
import { PersonFeed, type Pacer } from './person-feed.ts'
import type { Reach } from './sight.ts'

/** What a device needs of the switchboard. */
export interface DeviceServices {
  people: PeopleHub
  calls: Calls
  messages: Messages
  pacer: Pacer
  clock: Clock
  logger: Logger
  overviewOf: (desk: Desk) => Overview
  /** How the desk's user sees another one now. */
  personFor: (desk: Desk, user: UserId) => DeviceNotice
  reachOf: (desk: Desk, to: UserId) => Reach
  canWake: (user: UserId) => Promise<boolean>
  /** Whether the user may place one more call now. */
  takeTurn: (user: UserId) => boolean
  onGone: (device: AttendingDevice) => void
}

/** A request, and the number under which it is refused, where it has one. */
interface Request {
  carryOut: () => Promise<void> | undefined
  ref: number | undefined
}

/** One device of a user: carries its requests out in order, and hands it what it is told. */
export class AttendingDevice implements DeviceStay {
  readonly options: DeviceOptions
  readonly feed: PersonFeed
  /** Since when its connection is lost. */
  awaySince: number | undefined
  readonly #services: DeviceServices
  readonly #desk: Desk
  readonly #unsubscribe: () => void
  /** Requests that wait for the one that is being carried out; absent: none is. */
  #waiting: Request[] | undefined
  /** What is told of calls while the beginning, or the end, of one is being kept. */
  #held: CallNotice[] | undefined
  #isGone = false

  constructor(options: DeviceOptions, desk: Desk, services: DeviceServices) {
    this.options = options
    this.#desk = desk
    this.#services = services
    this.feed = new PersonFeed(services.pacer, (user) => this.tell(services.personFor(desk, user)))
    this.#unsubscribe = services.people.subscribe(options.address, (notice) => {
      if (this.#held) this.#held.push(notice)
      else this.tell(notice)
    })
  }

  get user(): UserId {
    return this.#desk.user
  }

  /** It is there from now on: for the switchboard. */
  begin(doNotDisturb: boolean): void {
    const { address, connectsEarly } = this.options
    const device = { address, connectsEarly, isAway: false }
    void this.#services.calls.apply({ type: 'attend', user: this.user, device, doNotDisturb })
  }

  overview(): Overview {
    return this.#services.overviewOf(this.#desk)
  }

  tell(notice: DeviceNotice): void {
    if (!this.#isGone) this.options.onNotice(notice)
  }

  place(to: UserId, media: CallMedia, ref: number): void {
    this.#inOrder(() => this.#place(to, media, ref), ref)
  }

  ringing(call: CallId): void {
    this.#act({ type: 'ringing', ...this.#self, call })
  }

  accept(call: CallId, ref: number): void {
    this.#act({ type: 'accept', ...this.#self, call, at: this.#now, ref }, ref)
  }

  decline(call: CallId, text: string | undefined, ref: number): void {
    const words = text === undefined ? {} : { text }
    this.#conclude({ type: 'decline', ...this.#self, call, ...words, at: this.#now, ref })
  }

  end(call: CallId, ref: number): void {
    this.#conclude({ type: 'end', ...this.#self, call, at: this.#now, ref })
  }

  rejoin(call: CallId, leg: number | undefined, ref: number): void {
    const had = leg === undefined ? {} : { leg }
    const event = { type: 'rejoin', ...this.#self, call, ...had, ref } as const
    this.#inOrder(() => this.#services.calls.rejoin(event, leg), ref)
  }

  send(message: SaidMessage): Promise<MessageRefusal | undefined> {
    return this.#services.messages.send(this.#desk, message, (notice) => this.tell(notice))
  }

  markRead(other: UserId | null, upTo: number): Promise<void> {
    return this.#services.messages.markRead(this.#desk, other, upTo)
  }

  connectionLost(): void {
    if (this.#isGone || this.awaySince !== undefined) return
    this.awaySince = this.#now
    this.feed.hold()
    void this.#services.calls.apply({ type: 'connection-lost', ...this.#self })
  }

  connectionBack(): void {
    if (this.#isGone || this.awaySince === undefined) return
    this.awaySince = undefined
    this.feed.release()
    void this.#services.calls.apply({ type: 'connection-back', ...this.#self })
  }

  leave(isLost: boolean): void {
    if (this.#isGone) return
    this.parentClosed()
    // Others who hear that it is offline hear since when.
    this.#services.onGone(this)
    void this.#services.calls.apply({ type: 'device-gone', ...this.#self, isLost, at: this.#now })
  }

  /** The server goes away: its user's call goes on. Idempotent. */
  parentClosed(): void {
    if (this.#isGone) return
    this.#isGone = true
    this.#unsubscribe()
    this.feed.close()
  }

  get #self(): { user: UserId; address: string } {
    return { user: this.user, address: this.options.address }
  }

  get #now(): number {
    return this.#services.clock.now()
  }

  #conclude(event: Extract<PersonEvent, { type: 'end' | 'decline' }>): void {
    const { calls } = this.#services
    this.#inOrder(() => this.#holding(() => calls.conclude(event)), event.ref)
  }

  #act(event: PersonEvent, ref?: number): void {
    this.#inOrder(() => this.#services.calls.apply(event)?.then(() => undefined), ref)
  }

  /** At once, or after what is being carried out. */
  #inOrder(carryOut: Request['carryOut'], ref?: number): void {
    if (this.#waiting) {
      if (this.#waiting.length < MAX_WAITING_REQUESTS) this.#waiting.push({ carryOut, ref })
      else this.#refuse('rate-limited', ref)
      return
    }
    const running = carryOut()
    if (!running) return
    this.#waiting = []
    void this.#drain(running, ref)
  }

  async #drain(first: Promise<void>, ref: number | undefined): Promise<void> {
    await first.catch((error: unknown) => this.#fail(error, ref))
    for (let next = this.#waiting?.shift(); next; next = this.#waiting?.shift()) {
      const { ref: itsRef } = next
      await next.carryOut()?.catch((error: unknown) => this.#fail(error, itsRef))
    }
    this.#waiting = undefined
  }

  async #place(to: UserId, media: CallMedia, ref: number): Promise<void> {
    const { people, calls, reachOf, canWake, takeTurn } = this.#services
    if (!takeTurn(this.user)) return this.#refuse('rate-limited', ref)
    const reach = to === this.user ? 'open' : reachOf(this.#desk, to)
    if (reach === 'no-such-user' || reach === 'not-allowed') return this.#refuse(reach, ref)
    const isHidden = reach === 'seems-offline'
    const isThere = (people.person(to)?.devices.length ?? 0) > 0
    const isWoken = !isHidden && !isThere && (await canWake(to))

    const { user, address } = this.#self
    const call = randomBytes(16).toString('hex')
    const at = this.#now
    const event = { user, address, to, media, call, canWake: isWoken, at, ref }
    await this.#holding(async () => {
      const isBegun = await calls.place({ type: 'place', ...event }, isHidden)
      if (isBegun !== false) return
      // Nobody is to be rung by a call of which nothing would be known afterwards.
      await calls.apply({ type: 'end', user, call, at: this.#now, ref })
      this.#held = []
      this.#refuse('unavailable', ref)
    })
  }

  /** What is told of calls meanwhile is told when `task` is done. */
  async #holding(task: () => Promise<void>): Promise<void> {
    this.#held = []
    try {
      await task()
    } finally {
      const held = this.#held
      this.#held = undefined
      for (const notice of held) this.tell(notice)
    }
  }

  #fail(error: unknown, ref: number | undefined): void {
    if (error instanceof StoreError) return this.#refuse('unavailable', ref)
    this.#services.logger.error('a request was not carried out', { error: messageOf(error) })
    this.#refuse('internal', ref)
  }

  #refuse(code: DeviceRefusal, ref: number | undefined): void {
    if (ref === undefined) return
    this.tell({ type: 'refused', code, ref })
  }
}
