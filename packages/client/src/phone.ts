import { Emitter, InvalidStateError, silentLogger, systemClock } from '@duet/base'
import type { Clock, Logger } from '@duet/base'
import {
  MAX_MESSAGE_LENGTH,
  type Attending,
  type CallId,
  type CallMedia,
  type ClientRequest,
  type ErrorCode,
  type PeopleEvent,
  type PeopleRequest,
  type PersonInfo,
  type UserId,
} from '@duet/protocol'
import { createCall, type Call } from './call.ts'
import { Directory } from './directory.ts'
import { toBase64Url } from './link.ts'
import { Outbox } from './outbox.ts'
import { PhoneCalls } from './phone-calls.ts'
import { PhoneLine } from './phone-line.ts'
import type { PhoneEvents, PhoneRefusal, PhoneState, SelfInfo } from './phone-state.ts'
import type { CallOptions } from './call-options.ts'
import type { SessionOptions } from './session.ts'
import type { UserCall } from './user-call.ts'

export interface PhoneOptions {
  /** The server's WebSocket address, `wss://host/ws`; its cookie says who is logged in. */
  url: string
  /** As for `createCall()`. */
  loadMediaParts?: CallOptions['loadMediaParts']
  logger?: Logger | undefined
}

/** What a phone stands on; tests bring their own. */
export interface PhoneEnvironment {
  clock: Clock
  openSocket?: SessionOptions['openSocket']
  /** Makes the room call of a leg. */
  createLeg: (options: CallOptions) => Call
}

const ENVIRONMENT: PhoneEnvironment = { clock: systemClock, createLeg: createCall }

/**
 * A page of a user who is logged in: it is there for others to see and to ring, knows who else
 * is, calls them, and brings messages. It comes back by itself from lost connections and from a
 * restarted server, with the call that is in progress. Transitions: `PhoneState`.
 */
export class Phone {
  readonly #events: Emitter<PhoneEvents>
  readonly #directory = new Directory()
  readonly #line: PhoneLine
  readonly #calls: PhoneCalls
  readonly #outbox: Outbox
  /** The latest message that was read, of each conversation, until the server knows. */
  readonly #marks = new Map<UserId | null, number>()
  #isClosed = false

  constructor(
    { loadMediaParts, logger = silentLogger, url }: PhoneOptions,
    { clock, createLeg, openSocket }: PhoneEnvironment = ENVIRONMENT,
  ) {
    this.#events = new Emitter((error, event) =>
      logger.error('a listener of the phone threw', { event, error: String(error) }),
    )
    this.#outbox = new Outbox({
      clock,
      isOpen: () => this.state.name === 'attending',
      send: (message) => this.#line.ask(message),
      onRefused: (code, clientId) => this.#events.emit('refused', code, clientId),
    })
    this.#calls = new PhoneCalls({
      clock,
      logger,
      createLeg: (call, leg, iceTransportPolicy) =>
        createLeg({ url, room: legRoom(call, leg), iceTransportPolicy, loadMediaParts, logger }),
      ask: (request) => this.#line.ask(request),
      isKnown: () => this.#line.isKnown,
      isReachable: () => this.state.name === 'attending',
      onCall: (call) => this.#events.emit('call', call),
    })
    this.#line = new PhoneLine({
      url,
      clock,
      logger,
      openSocket,
      onState: (state) => this.#onState(state),
      onAttending: (event) => this.#onAttending(event),
      onEvent: (event) => this.#onEvent(event),
      onLost: (unsaid: ClientRequest[]) => this.#calls.handleLost(unsaid),
      onRefused: (code, request) => this.#onRefused(code, request),
    })
  }

  get state(): PhoneState {
    return this.#line.state
  }

  /** Who is logged in; null until the server said so. */
  get self(): SelfInfo | null {
    return this.#directory.self
  }

  /** All others whom this user may see, by name; a new array with each change. */
  get people(): readonly PersonInfo[] {
    return this.#directory.people
  }

  /** Unread messages to everyone. */
  get unreadToAll(): number {
    return this.#directory.unreadToAll
  }

  /** Whether this user may write to everyone. */
  get mayWriteToAll(): boolean {
    return this.#directory.mayWriteToAll
  }

  /** Missed calls since the history was last looked at. */
  get missed(): number {
    return this.#directory.missed
  }

  /** The call that rings here, was placed here, or is going on here. */
  get call(): UserCall | null {
    return this.#calls.current
  }

  /** Calls `listener` at every `event` from now on; returns its unsubscribe. */
  on<Name extends keyof PhoneEvents>(
    event: Name,
    listener: (...args: PhoneEvents[Name]) => void,
  ): () => void {
    return this.#events.on(event, listener)
  }

  /**
   * Calls another user; accepts when it rings here already. Throws `InvalidStateError` while
   * there is another call, and when this user is logged in no more.
   */
  place(to: UserId, media: CallMedia): UserCall {
    if (this.#isClosed || this.state.name === 'signed-out') {
      throw new InvalidStateError('nobody is logged in')
    }
    return this.#calls.place(to, media)
  }

  /**
   * Writes to a user, or to everyone (null); sent again until it is kept. Returns the `clientId`
   * of its `message` event. Throws a `TypeError` when the text is empty or too long.
   */
  send(to: UserId | null, body: string): string {
    if (body.trim() === '' || body.length > MAX_MESSAGE_LENGTH) {
      throw new TypeError(`a message has 1 to ${MAX_MESSAGE_LENGTH} units`)
    }
    const clientId = toBase64Url(crypto.getRandomValues(new Uint8Array(16)))
    this.#outbox.add({ type: 'send-message', to, body, clientId })
    return clientId
  }

  /** Messages with `withUser` (null: to everyone) up to this one are read. */
  markRead(withUser: UserId | null, upTo: number): void {
    if (upTo <= (this.#marks.get(withUser) ?? 0)) return
    this.#marks.set(withUser, upTo)
    if (this.#line.isKnown) this.#line.ask({ type: 'mark-read', with: withUser, upTo })
  }

  /** Ends the call and attends no more. Final and idempotent. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#calls.close()
    this.#outbox.close()
    this.#line.close()
    this.#events.clear()
  }

  #onState(state: PhoneState): void {
    if (state.name === 'signed-out') this.#calls.signedOut()
    this.#events.emit('state', state)
    if (state.name !== 'attending') return
    this.#calls.resume()
    this.#outbox.resume()
  }

  /** A new session: the server knows nothing of what this page began. */
  #onAttending(event: Attending): void {
    this.#directory.begin(event)
    this.#events.emit('self', event.self)
    this.#events.emit('people', this.people)
    this.#events.emit('history', this.missed)
    for (const [user, upTo] of this.#marks) {
      this.#line.ask({ type: 'mark-read', with: user, upTo })
    }
    this.#calls.handleAttending()
    this.#outbox.begin()
  }

  #onEvent(event: Exclude<PeopleEvent, Attending>): void {
    switch (event.type) {
      case 'call-placed':
      case 'incoming-call':
      case 'call-ringing':
      case 'call-accepted':
      case 'call-ended':
        return this.#calls.handle(event)
      case 'message':
        if (!this.#outbox.handleKept(event.message.id, event.clientId)) return
        break
      case 'messages-read':
        if (event.upTo >= (this.#marks.get(event.with) ?? 0)) this.#marks.delete(event.with)
        break
      default:
    }
    this.#tell(event)
  }

  #tell(event: Exclude<PeopleEvent, Attending>): void {
    for (const change of this.#directory.handle(event)) {
      if (change === 'people') this.#events.emit('people', this.people)
      else if (change === 'history') this.#events.emit('history', this.missed)
      else if (this.self) this.#events.emit('self', this.self)
    }
    if (event.type === 'message') this.#events.emit('message', event.message, event.clientId)
    else if (event.type === 'messages-read') {
      this.#events.emit('read', event.with, event.upTo, event.unread)
    }
  }

  #onRefused(code: PhoneRefusal, request: PeopleRequest | undefined): void {
    if (request?.type === 'send-message') {
      this.#outbox.handleRefused(code as ErrorCode, request.clientId)
    } else if (!request || !this.#calls.handleRefused(code as ErrorCode, request)) {
      this.#events.emit('refused', code)
    }
  }
}

/** The name of the room that a leg of a call is (docs/protocol.md, K8). */
function legRoom(call: CallId, leg: number): string {
  return `~${call}.${leg}`
}

/** Makes a phone for the user who is logged in; it begins to attend at once. */
export function createPhone(options: PhoneOptions): Phone {
  return new Phone(options)
}
