import { InvalidStateError, type Clock, type Logger } from '@duet/base'
import type {
  CallId,
  CallMedia,
  ClientRequest,
  ErrorCode,
  IncomingCall,
  PeopleRequest,
  UserId,
} from '@duet/protocol'
import { UserCall, type UserCallEvent, type UserCallOptions } from './user-call.ts'

export interface PhoneCallsOptions {
  clock: Clock
  logger: Logger
  createLeg: UserCallOptions['createLeg']
  /** Asks the server; returns the number that its answer may name. */
  ask: (request: PeopleRequest) => number
  /** True when the server knows this session as a device, be it reachable or not. */
  isKnown: () => boolean
  isReachable: () => boolean
  onCall: (call: UserCall | null) => void
}

/** Calls that ended here, so that a late word of the server does not ring them again. */
const MAX_ENDED_CALLS = 32

/** A page has one call at a time; this knows which one, and what the server means by its words. */
export class PhoneCalls {
  readonly #options: PhoneCallsOptions
  #current: UserCall | null = null
  /** The request to place a call that is not answered yet. */
  #placing: { seq: number; call: UserCall } | undefined
  /**
   * Rings while a call is being placed: the same two people, which the server connects (K9), or
   * somebody else, who is shown when the call that was placed is refused.
   */
  #held: IncomingCall | undefined
  /** Ends that the server has not heard, because it did not know this session. */
  #unsaid: End[] = []
  readonly #ended = new Set<CallId>()

  constructor(options: PhoneCallsOptions) {
    this.#options = options
  }

  get current(): UserCall | null {
    return this.#current
  }

  place(to: UserId, media: CallMedia): UserCall {
    const current = this.#current
    if (current?.state.name === 'incoming' && current.peer === to) {
      current.accept()
      return current
    }
    if (current) throw new InvalidStateError('there is a call already')
    const call = this.#create('out', to, media)
    this.#show(call)
    this.#place()
    return call
  }

  handle(event: UserCallEvent): void {
    switch (event.type) {
      case 'call-placed':
        return this.#handleAnswer(event)
      case 'call-accepted':
        if (event.replyTo !== undefined && event.replyTo === this.#placing?.seq) {
          return this.#handleAnswer(event)
        }
        return this.#handleOf(event.call.id, event)
      case 'incoming-call':
        return this.#handleIncoming(event)
      case 'call-ringing':
        return this.#handleOf(event.call, event)
      case 'call-ended':
        if (this.#held?.call.id === event.call) this.#held = undefined
        return this.#handleOf(event.call, event)
    }
  }

  /** True when an error answers a request of a call, which then says so itself. */
  handleRefused(code: ErrorCode, request: PeopleRequest): boolean {
    const call = this.#current
    switch (request.type) {
      case 'place-call': {
        const placing = this.#placing
        this.#placing = undefined
        // The page attends again, and then places it again.
        if (code !== 'not-attending') placing?.call.drop({ type: 'refuse', code })
        this.#place()
        return true
      }
      case 'accept-call':
      case 'rejoin-call':
        // It ended while this page could not hear it.
        if (code === 'call-over' && call?.id === request.call) {
          call.drop({ type: 'end', reason: 'lost' })
        }
        return code === 'call-over' || code === 'not-attending'
      case 'end-call':
      case 'decline-call':
      case 'call-ringing':
        return true
      default:
        return false
    }
  }

  /** The server forgot this page; ends of calls are said again when it knows it. */
  handleLost(unsaid: readonly ClientRequest[]): void {
    this.#placing = undefined
    for (const request of unsaid) if (isEnd(request)) this.#keep(renumbered(request))
  }

  /** The server knows this page, in a new session. */
  handleAttending(): void {
    for (const request of this.#unsaid.splice(0)) this.#options.ask(request)
    this.#placing = undefined
    this.#current?.rejoin()
    this.#place()
  }

  /** The server can be reached. */
  resume(): void {
    this.#place()
  }

  /** The user is logged in no more. */
  signedOut(): void {
    this.#held = undefined
    this.#current?.drop({ type: 'end', reason: 'lost' })
  }

  /** Ends the call. One that merely rings here is not declined: it rings on, here too after a reload. */
  close(): void {
    this.#held = undefined
    const call = this.#current
    if (call?.isMerelyRinging) call.drop({ type: 'end', reason: 'lost' })
    else call?.end()
  }

  #create(direction: 'out' | 'in', peer: UserId, media: CallMedia): UserCall {
    const { clock, createLeg, isReachable, logger } = this.#options
    const call: UserCall = new UserCall({
      direction,
      peer,
      media,
      clock,
      logger,
      createLeg,
      send: (request) => this.#send(request),
      isServerReachable: isReachable,
      onOver: () => this.#onOver(call),
    })
    return call
  }

  #show(call: UserCall | null): void {
    this.#current = call
    this.#options.onCall(call)
  }

  /** One at a time: before the answer a call has no id to be ended by. */
  #place(): void {
    const call = this.#current
    if (call?.state.name !== 'placing' || this.#placing || !this.#options.isReachable()) return
    const seq = this.#options.ask({ type: 'place-call', to: call.peer, media: call.media })
    this.#placing = { seq, call }
  }

  /** The server's answer to the call that was placed. */
  #handleAnswer(event: Extract<UserCallEvent, { type: 'call-placed' | 'call-accepted' }>): void {
    if (event.replyTo !== this.#placing?.seq || !this.#placing) return
    const { call } = this.#placing
    this.#placing = undefined
    if (this.#held?.call.id === event.call.id) this.#held = undefined
    // It was cancelled before it had an id.
    if (call.isOver) {
      this.#remember(event.call.id)
      this.#options.ask({ type: 'end-call', call: event.call.id })
      return this.#place()
    }
    call.handle(event)
  }

  #handleOf(id: CallId, event: UserCallEvent): void {
    if (this.#current?.id === id) this.#current.handle(event)
  }

  #handleIncoming(event: IncomingCall): void {
    const { caller, id, media } = event.call
    if (this.#ended.has(id)) return
    if (this.#current?.id === id) return this.#current.handle(event)
    if (this.#current) {
      this.#held = event
      return
    }
    const call = this.#create('in', caller, media)
    call.handle(event)
    this.#show(call)
  }

  #onOver(call: UserCall): void {
    if (call.id !== null) this.#remember(call.id)
    if (this.#current !== call) return
    this.#show(null)
    const held = this.#held
    this.#held = undefined
    if (held && !this.#current) this.#handleIncoming(held)
  }

  #remember(id: CallId): void {
    this.#ended.add(id)
    const [oldest] = this.#ended
    if (this.#ended.size > MAX_ENDED_CALLS && oldest !== undefined) this.#ended.delete(oldest)
  }

  /** Says it now, or, where it must not be lost, when the server knows this page. */
  #send(request: PeopleRequest): void {
    if (this.#options.isKnown()) this.#options.ask(request)
    else if (isEnd(request)) this.#keep(request)
  }

  #keep(request: End): void {
    this.#unsaid.push(request)
    if (this.#unsaid.length > MAX_ENDED_CALLS) this.#unsaid.shift()
  }
}

type End = Extract<PeopleRequest, { type: 'end-call' | 'decline-call' }>

function isEnd(request: ClientRequest): request is End {
  return request.type === 'end-call' || request.type === 'decline-call'
}

/** Without the numbers of the session that is gone. */
function renumbered(request: End): End {
  const { call, type } = request
  return type === 'decline-call' && request.text !== undefined
    ? { type, call, text: request.text }
    : { type, call }
}
