import type { Clock, Logger } from '@duet/base'
import {
  closeCodeOf,
  SequenceBook,
  type CapturePurpose,
  type ClientMessage,
  type ClientRequest,
  type CloseName,
  type ErrorCode,
  type Sequenced,
  type ServerEvent,
} from '@duet/protocol'
import { nextRoom, type Newcomer, type Notice, type RoomEvent, type RoomPolicy } from '@duet/rules'
import { TokenBucket } from '../../bounds/rate.ts'
import type { Casts } from '../../casts/casts.ts'
import type { Socket } from '../../front/socket.ts'
import type { Hub } from '../../hub/hub.ts'
import type { People } from '../../people/people.ts'
import type { RoomAccess, RoomVerdict } from '../../rooms/access.ts'
import { reachAddress } from '../../relay-grants/index.ts'
import { withPolicy } from '../../rooms/room-policy.ts'
import { StoreError } from '../../store/store-error.ts'
import { Attendance } from './attendance.ts'
import { translate, type CastRequest, type JoinEvent } from './handlers.ts'
import type { NativeLimits } from './limits.ts'
import type { MediaGrants } from './media-grants.ts'
import { writeEvent, writeNotice, type Place } from './notices.ts'
import { isOfPeople } from './people-requests.ts'
import { RequestLine } from './request-line.ts'
import type { Speaker } from './speaker.ts'
import { endsStay } from './stay-ending.ts'

export interface SessionOptions {
  /** The secret with which its client takes it up again. */
  token: string
  /** Where the hub finds it; not a secret, never sent. */
  address: string
  /** Makes an unguessable member id for each stay in a room. */
  createMemberId: () => string
  hub: Hub
  /** Who speaks, for as long as the session lasts. */
  speaker: Speaker
  /** Absent: this server has no accounts. */
  people: People | undefined
  access: RoomAccess
  casts: Casts
  /** Absent: there is no media server. */
  media: MediaGrants | undefined
  /** What calls can be taken for. */
  captures: readonly CapturePurpose[]
  /** Of its client, an IPv6 /64 as one: wrong codes count by it. */
  addressGroup: string
  clock: Clock
  limits: NativeLimits
  logger: Logger
  /** Names it in logs. */
  id: string
  onClosed: () => void
}

/**
 * attached: a socket carries it. detached: the socket is lost and may come back until
 * `endsAt`. closed: final.
 */
export type SessionState =
  | { name: 'attached'; socket: Socket }
  | { name: 'detached'; endsAt: number }
  | { name: 'closed' }

/** The room that a session is in, or stands in line for. */
type Stay = Place & { memberId: string; policy: RoomPolicy }

/** One client's resumable connection: numbers what it says and hears, and outlives its sockets. */
export class Session {
  readonly token: string
  readonly book = new SequenceBook()
  readonly #options: SessionOptions
  readonly #unsubscribe: () => void
  readonly #messages: TokenBucket
  readonly #lengths: TokenBucket
  readonly #attendance: Attendance
  readonly #line = new RequestLine()
  #state: SessionState
  #stay: Stay | undefined
  #rateRefusals = 0

  constructor(options: SessionOptions, socket: Socket) {
    this.token = options.token
    this.#options = options
    this.#state = { name: 'attached', socket }
    this.#messages = new TokenBucket(options.limits.messageRate, options.clock)
    this.#lengths = new TokenBucket(options.limits.lengthRate, options.clock)
    const { people, speaker, address, logger } = options
    this.#attendance = new Attendance({
      people,
      speaker,
      address,
      logger,
      send: (event) => this.send(event),
      refuse: (code, message, replyTo) => this.#refuse(code, message, replyTo),
      onDisplaced: () => this.close(),
    })
    this.#unsubscribe = options.hub.subscribe(options.address, (notice) => this.#onNotice(notice))
  }

  get speaker(): Speaker {
    return this.#options.speaker
  }

  get state(): SessionState {
    return this.#state
  }

  /**
   * Moves the session to a new socket: says `welcome` there, sends again what its client has
   * not got, and tells the room. An old socket that is still open is closed.
   */
  attach(socket: Socket, welcome: string): void {
    const before = this.#state
    if (before.name === 'closed') return
    this.#state = { name: 'attached', socket }
    if (before.name === 'attached') before.socket.close(closeCodeOf('session-taken'), 'taken')
    socket.send(welcome)
    for (const frame of this.book.unacknowledged()) socket.send(frame)
    this.#update({
      type: 'connection-back',
      from: this.#options.address,
      ip: socket.context.address,
    })
    if (before.name === 'detached') this.#attendance.connectionBack()
  }

  /** Its socket is lost: the seat is kept until `endsAt`. */
  detach(socket: Socket, endsAt: number): void {
    if (this.#state.name !== 'attached' || this.#state.socket !== socket) return
    this.#state = { name: 'detached', endsAt }
    this.#update({ type: 'connection-lost', from: this.#options.address })
    this.#attendance.connectionLost()
  }

  /** Takes a numbered message, an acknowledgement or a ping, and the frame that it came in. */
  handle(message: Exclude<ClientMessage, { type: 'hello' }>, frame: string): void {
    if (this.#state.name !== 'attached') return
    if (!this.book.acknowledge(message.ack)) return this.drop('sequence-broken')
    if (message.type === 'ack') return
    if (message.type === 'ping') {
      if (!this.#isWithinRate(frame.length)) return
      this.#sendUnnumbered({ type: 'pong', ack: this.book.ackToSend() })
      return
    }
    const arrival = this.book.arrive(message.seq, frame.length)
    if (arrival === 'gap') return this.drop('sequence-broken')
    if (arrival === 'next') this.#carryOut(message, frame)
    this.#acknowledgeIfDue()
  }

  /** Counts a numbered frame that was not understood, and says so under its number. */
  handleMalformed(seq: number, code: ErrorCode, message: string): void {
    const arrival = this.book.arrive(seq)
    if (arrival === 'gap') return this.drop('sequence-broken')
    if (arrival === 'next') this.#refuse(code, message, seq)
  }

  /** Says something once and in order, now or when the client is back. */
  send(event: ServerEvent): void {
    this.#say(writeEvent(event))
  }

  #say(fields: string): void {
    if (this.#state.name === 'closed') return
    const frame = this.book.writeFields(fields)
    if (this.book.isOverrun) return this.drop('too-slow')
    if (this.#state.name === 'attached') this.#push(this.#state.socket, frame)
  }

  /** Ends the session because of what its client did, and tells it by the close code. */
  drop(reason: CloseName): void {
    const { logger, id } = this.#options
    logger.info('session dropped', { session: id, reason })
    this.close(reason)
  }

  /** Leaves the room and forgets everything. Idempotent. */
  close(reason?: CloseName): void {
    if (this.#state.name === 'closed') return
    const state = this.#state
    this.#state = { name: 'closed' }
    // A detached session is over because its grace time is: the core may keep its seat.
    const isLost = state.name === 'detached' && reason !== 'signed-out'
    this.#update({ type: isLost ? 'grace-over' : 'leave', from: this.#options.address })
    this.#attendance.close(isLost)
    this.#line.clear()
    this.#unsubscribe()
    if (state.name === 'attached') {
      if (reason) state.socket.close(closeCodeOf(reason), reason)
      else state.socket.close(1000, '')
    }
    this.#options.onClosed()
  }

  /** The server goes away: nobody is told, for the others' sockets close as well. Idempotent. */
  parentClosed(): void {
    if (this.#state.name === 'closed') return
    const state = this.#state
    this.#state = { name: 'closed' }
    this.#attendance.parentClosed()
    this.#line.clear()
    this.#unsubscribe()
    if (state.name === 'attached') {
      state.socket.close(closeCodeOf('server-going-away'), 'server-going-away')
    }
    this.#options.onClosed()
  }

  #carryOut(request: ClientRequest & Sequenced, frame: string): void {
    if (!this.#isWithinRate(frame.length) && !isNeverRefused(request)) {
      return this.#refuse('rate-limited', 'too many messages', request.seq)
    }
    if (this.#line.isBusy) {
      if (!this.#line.add(() => this.#perform(request, frame))) this.drop('too-slow')
      return
    }
    const running = this.#perform(request, frame)
    if (running) this.#line.begin(running)
  }

  /** Resolves, where it takes a while, when the next request may be carried out. Never rejects. */
  #perform(request: ClientRequest & Sequenced, frame: string): Promise<void> | undefined {
    if (isOfPeople(request)) return this.#attendance.handle(request)
    const memberId = this.#stay?.memberId ?? this.#options.createMemberId()
    const { address, captures } = this.#options
    const asker = { address, memberId, room: this.#stay?.room, captures }
    const translation = translate(asker, request, frame)
    if ('refusal' in translation) {
      this.#refuse(translation.refusal, translation.message, request.seq)
    } else if ('answer' in translation) {
      this.send(translation.answer)
    } else if ('cast' in translation) {
      this.#enterCast(translation.cast, translation.event)
    } else if (translation.event.type === 'join') {
      return this.#join(translation.to, translation.event)
    } else {
      this.#update(translation.event)
    }
    return undefined
  }

  /** At once where it is known who speaks and what the room's rules are. */
  #join(room: string, event: JoinEvent): Promise<void> | undefined {
    const { speaker, access } = this.#options
    const known = speaker.ready()
    if (known) return this.#joinLater(room, event, known)
    const verdict = access(room, speaker.identity?.user.id)
    if (verdict instanceof Promise) return this.#enterLater(room, event, verdict)
    this.#enter(room, event, verdict)
    return undefined
  }

  async #joinLater(room: string, event: JoinEvent, known: Promise<void>): Promise<void> {
    try {
      await known
    } catch (error) {
      const code = error instanceof StoreError ? 'unavailable' : 'internal'
      return this.#refuse(code, 'it is not known who speaks', event.ref)
    }
    await this.#join(room, event)
  }

  async #enterLater(room: string, event: JoinEvent, verdict: Promise<RoomVerdict>): Promise<void> {
    this.#enter(room, event, await verdict)
  }

  #enter(room: string, event: JoinEvent, verdict: RoomVerdict): void {
    if (this.#state.name === 'closed') return
    if ('refusal' in verdict) {
      return this.#refuse(verdict.refusal, 'this room is not open to you', event.ref)
    }
    const newcomer = this.#placed(event.newcomer)
    this.#stay = { room, memberId: newcomer.id, policy: verdict.policy }
    const user = this.#options.speaker.identity?.user.id
    this.#update({ ...event, newcomer: { ...newcomer, ...(user !== undefined && { user }) } })
  }

  /** A code leads there, whoever speaks. */
  #enterCast(cast: CastRequest, event: JoinEvent): void {
    const { addressGroup, casts } = this.#options
    const place =
      cast.as === 'receiver'
        ? casts.receiver(cast.secret, addressGroup)
        : casts.sender(cast.code, addressGroup)
    if ('refusal' in place) {
      return this.#refuse(place.refusal, 'this code leads nowhere', event.ref)
    }
    const { code, policy, receiver, room } = place
    if (this.#stay && this.#stay.room !== room) {
      return this.#refuse('already-in-room', 'leave the other room first', event.ref)
    }
    const newcomer = this.#placed(event.newcomer)
    this.#stay = { room, memberId: newcomer.id, policy, ...(receiver && { code }) }
    this.#update({ ...event, newcomer: { ...newcomer, ...(receiver && { receiver }) } })
  }

  /** N1: with where its client is, and where its media is minded. */
  #placed(newcomer: Newcomer): Newcomer {
    const reach = reachAddress(this.#options.address)
    const { state } = this
    return state.name === 'attached'
      ? { ...newcomer, reach, ip: state.socket.context.address }
      : { ...newcomer, reach }
  }

  /** False when too much was said lately; a client that goes on all the same is dropped. */
  #isWithinRate(length: number): boolean {
    if (this.#messages.take() && this.#lengths.take(length)) return true
    if (++this.#rateRefusals > this.#options.limits.maxRateRefusals) this.drop('rate-limited')
    return false
  }

  #update(event: RoomEvent): void {
    if (!this.#stay) return
    const { hub, logger, id } = this.#options
    const { room: name, policy } = this.#stay
    hub
      .update(name, (room) => nextRoom(withPolicy(room, policy, event), event))
      ?.catch((error: unknown) => {
        logger.error('a room was not updated', { session: id, error: String(error) })
        if ('ref' in event) this.#refuse('internal', 'the room was not updated', event.ref)
        else this.drop('internal')
      })
  }

  #onNotice(notice: Notice): void {
    const stay = this.#stay
    if (!stay) return
    if (endsStay(notice)) this.#stay = undefined
    if (notice.type === 'refused' && notice.code === 'no-such-cast') {
      this.#options.casts.wasWrong(this.#options.addressGroup)
    }
    if (notice.type === 'media-allowed') return this.#grantMedia(stay, notice)
    const fields = writeNotice(notice, stay)
    if (fields !== undefined) this.#say(fields)
  }

  /** V1, V2: who asks is a member. */
  #grantMedia(
    { room, memberId: member }: Stay,
    notice: Extract<Notice, { type: 'media-allowed' }>,
  ): void {
    const { publishes, plays, isOpen, ref } = notice
    const granted = this.#options.media?.grant({ room, member, publishes, plays, isOpen })
    if (granted) this.send({ type: 'media-granted', replyTo: ref, ...granted })
    else this.#refuse('media-off', 'media does not go through this server', ref)
  }

  #refuse(code: ErrorCode, message: string, replyTo: number): void {
    this.send({ type: 'error', code, message, replyTo })
  }

  #acknowledgeIfDue(): void {
    if (this.book.owesAck) this.#sendUnnumbered({ type: 'ack', ack: this.book.ackToSend() })
  }

  #sendUnnumbered(message: object): void {
    if (this.#state.name === 'attached') this.#push(this.#state.socket, JSON.stringify(message))
  }

  #push(socket: Socket, frame: string): void {
    socket.send(frame)
    // A client that does not read is cut off; what it missed waits for it in the book.
    if (socket.backlog > this.#options.limits.maxBacklogBytes) socket.terminate()
  }
}

/** Leaving, whose answer a client waits for; and to take a consent back, at any moment (B1). */
function isNeverRefused(request: ClientRequest): boolean {
  if (request.type === 'consent') return !request.isGiven
  return request.type === 'leave' || (request.type === 'capture' && !request.isOn)
}
