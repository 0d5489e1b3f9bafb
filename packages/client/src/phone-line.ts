import type { CancelTimer, Clock, Logger } from '@duet/base'
import {
  MAX_UNACKNOWLEDGED,
  type Attending,
  type ClientRequest,
  type CloseName,
  type ErrorCode,
  type ErrorMessage,
  type PeopleEvent,
  type PeopleRequest,
  type ServerEvent,
} from '@duet/protocol'
import { watchNetwork } from './network.ts'
import { isOfPeople } from './people-events.ts'
import type { PhoneRefusal, PhoneState } from './phone-state.ts'
import { Session, type SessionOptions } from './session.ts'

export interface PhoneLineOptions {
  url: string
  clock: Clock
  logger: Logger
  openSocket?: SessionOptions['openSocket'] | undefined
  onState: (state: PhoneState) => void
  /** The server knows this page, which has a new session. */
  onAttending: (event: Attending) => void
  onEvent: (event: Exclude<PeopleEvent, Attending>) => void
  /** The session was lost; `unsaid` may not have arrived. */
  onLost: (unsaid: ClientRequest[]) => void
  /** A request was not carried out; without one: what is refused is this page. */
  onRefused: (code: PhoneRefusal, request: PeopleRequest | undefined) => void
}

/** The pause before it is asked again whether this page may attend. */
const ATTEND_AGAIN_MS = 2_000

/**
 * The session of a page that is to be rung: says `attend` whenever the session is a new one, and
 * tells which request an error is about (docs/protocol.md, rules U).
 */
export class PhoneLine {
  readonly #options: PhoneLineOptions
  readonly #session: Session
  readonly #asked = new Map<number, PeopleRequest>()
  readonly #unwatchNetwork: () => void
  /** The server knows this session as a device. */
  #isKnown = false
  #state: PhoneState = { name: 'connecting' }
  #cancelAttend: CancelTimer = () => {}

  constructor(options: PhoneLineOptions) {
    this.#options = options
    const { clock, logger, openSocket, url } = options
    this.#session = new Session({ url, logger, clock, ...(openSocket && { openSocket }) })
    this.#session.on('event', (event) => this.#onEvent(event))
    this.#session.on('welcome', ({ resumed }) => this.#onWelcome(resumed))
    this.#session.on('lost', (unsaid) => this.#onLost(unsaid))
    this.#session.on('state', (signaling) => {
      if (signaling !== 'online' && this.#state.name === 'attending') this.#enter('offline')
    })
    this.#session.on('refused', (reason) => this.#onClosed(reason))
    this.#unwatchNetwork = watchNetwork(() => this.#session.probe())
    this.ask({ type: 'attend' })
  }

  get state(): PhoneState {
    return this.#state
  }

  /** True when what is asked for is carried out, now or when the server can be reached. */
  get isKnown(): boolean {
    return this.#isKnown && !this.#session.isClosed
  }

  get isClosed(): boolean {
    return this.#session.isClosed
  }

  /** Asks for something; returns the number that its answer may name. */
  ask(request: PeopleRequest): number {
    const seq = this.#session.send(request)
    if (seq === 0) return 0
    this.#asked.set(seq, request)
    // Most are never answered: old ones are forgotten.
    const [oldest] = this.#asked.keys()
    if (this.#asked.size > MAX_UNACKNOWLEDGED && oldest !== undefined) this.#asked.delete(oldest)
    return seq
  }

  /** Attends no more. Idempotent. */
  close(): void {
    this.#cancelAttend()
    this.#unwatchNetwork()
    this.#session.close()
    if (this.#state.name !== 'signed-out') this.#enter('offline')
  }

  #onWelcome(resumed: boolean): void {
    if (!resumed) this.#isKnown = false
    if (this.#isKnown) this.#enter('attending')
  }

  #onLost(unsaid: ClientRequest[]): void {
    this.#isKnown = false
    this.#asked.clear()
    if (this.#state.name === 'attending') this.#enter('offline')
    this.#options.onLost(unsaid)
    this.ask({ type: 'attend' })
  }

  #onClosed(reason: CloseName): void {
    this.#cancelAttend()
    this.#enter(reason === 'signed-out' ? 'signed-out' : 'offline')
    if (reason !== 'signed-out') this.#options.onRefused(reason, undefined)
  }

  #onEvent(event: ServerEvent): void {
    if (event.type === 'error') return this.#onError(event)
    if (event.type === 'attending') {
      this.#isKnown = true
      this.#options.onAttending(event)
      return this.#enter('attending')
    }
    if (isOfPeople(event)) this.#options.onEvent(event)
  }

  #onError({ code, replyTo }: ErrorMessage): void {
    const request = replyTo === undefined ? undefined : this.#asked.get(replyTo)
    if (replyTo !== undefined) this.#asked.delete(replyTo)
    if (code === 'not-signed-in') {
      this.#enter('signed-out')
      return this.close()
    }
    if (request?.type === 'attend' || code === 'not-attending') this.#attendLater(code)
    if (request?.type !== 'attend') this.#options.onRefused(code, request)
  }

  #attendLater(code: ErrorCode): void {
    this.#options.logger.warn('may not attend yet', { code })
    this.#isKnown = false
    if (this.#state.name === 'attending') this.#enter('offline')
    this.#cancelAttend()
    this.#cancelAttend = this.#options.clock.after(ATTEND_AGAIN_MS, () => {
      this.ask({ type: 'attend' })
    })
  }

  #enter(name: PhoneState['name']): void {
    if (this.#state.name === name) return
    this.#state = { name }
    this.#options.onState(this.#state)
  }
}
