import type { Clock, Logger } from '@duet/base'
import type { CapturePurpose } from '@duet/protocol'
import { Budget } from '../../bounds/budget.ts'
import { TokenBucket } from '../../bounds/rate.ts'
import type { Socket, SocketHandler } from '../../front/socket.ts'
import type { Hub } from '../../hub/hub.ts'
import type { RoomAccess } from '../../rooms/access.ts'
import type { DialectLimits } from '../dialect-limits.ts'
import { Pulse } from '../pulse.ts'
import type { Displays } from './displays.ts'
import type { ErrorCode } from './errors.ts'
import { writeDone, writeError, writeJoined } from './frames.ts'
import { MAX_BAD_FRAMES, MAX_WAITING_REQUESTS } from './limits.ts'
import type { OwnTokens } from './own-tokens.ts'
import { Participation, type JoinAnswer } from './participation.ts'
import { Proof } from './proof.ts'
import { readRequest, type Reading, type Request, type RequestTo } from './request.ts'

export interface ConnectionOptions {
  /** The client's IP address. */
  ip: string
  hub: Hub
  access: RoomAccess
  clock: Clock
  /** As of a participation. */
  capacity: number
  /** What calls can be taken for. */
  captures: readonly CapturePurpose[]
  media: OwnTokens | undefined
  displays: Displays<Connection>
  limits: DialectLimits
  logger: Logger
  onClosed: () => void
}

/** RFC 6455 §7.4.1, and 1008: it did what is not allowed. */
const GOING_AWAY = 1001
const NO_CLOSE_FRAME = 1006
const POLICY_VIOLATION = 1008

/** It speaks something else. */
const BAD_FRAMES = 4400

/**
 * Where it is. outside: in no room. joining: its join `tid` is being decided, and what it says
 * meanwhile waits; `isContested`: somebody had its display, who gave no sign of life. asking: the
 * owner of the room decides. inside.
 */
type Place =
  | { name: 'outside' }
  | {
      name: 'joining'
      tid: string
      participation: Participation
      waiting: Request[]
      isContested: boolean
    }
  | { name: 'asking'; tid: string; participation: Participation }
  | { name: 'inside'; participation: Participation }

/** opening: no socket yet. open. closed: final. */
type State = { name: 'opening' } | { name: 'open'; socket: Socket } | { name: 'closed' }

/** One WebSocket of the srs dialect. */
export class Connection implements SocketHandler {
  readonly #options: ConnectionOptions
  readonly #budget: Budget
  readonly #tellable: TokenBucket
  readonly #pulse = new Pulse()
  readonly #proof: Proof
  #badFrames = 0
  #place: Place = { name: 'outside' }
  #state: State = { name: 'opening' }

  constructor(options: ConnectionOptions) {
    this.#options = options
    const { limits, clock } = options
    this.#budget = new Budget(limits, clock)
    this.#tellable = new TokenBucket(limits.lengthRate, clock)
    this.#proof = new Proof(clock, () => this.#loseClient())
  }

  onOpen(socket: Socket): void {
    this.#state = { name: 'open', socket }
  }

  onMessage(data: string | Uint8Array): void {
    if (this.#state.name !== 'open') return
    this.#beat()
    const isAdmitted = this.#budget.admit(data.length)
    if (this.#budget.isSpent) return this.#drop(POLICY_VIOLATION, 'too many messages')
    const reading = readRequest(data)
    if (!reading) {
      this.#badFrames++
      if (this.#badFrames >= MAX_BAD_FRAMES) this.#drop(BAD_FRAMES, 'frames without JSON')
    } else if (!isAdmitted && !isGivingUp(reading)) this.#refuse(reading.tid, 'rate-limited')
    else if ('error' in reading) this.#refuse(reading.tid, reading.error)
    else this.#receive(reading)
  }

  onPong(): void {
    this.#beat()
  }

  onClose(code: number): void {
    this.#end(code === NO_CLOSE_FRAME)
  }

  /** A second has passed. */
  tick(): void {
    if (this.#state.name === 'open') this.#pulse.tick(this.#state.socket)
  }

  /** Tells `asker` whether this client gives a sign of life in time. One that does not is gone then. */
  prove(asker: (isAlive: boolean) => void): void {
    if (this.#state.name !== 'open') return asker(false)
    if (this.#proof.ask(asker)) this.#state.socket.ping()
  }

  /** The server goes away, and tells no room. Idempotent. */
  parentClosed(): void {
    if ('participation' in this.#place) this.#place.participation.parentClosed()
    if (this.#state.name === 'open') this.#state.socket.close(GOING_AWAY, 'the server goes away')
  }

  /** What comes while a join is decided waits for it, in order. */
  #receive(request: Request): void {
    if (this.#place.name !== 'joining') return this.#serve(request)
    const { waiting } = this.#place
    if (waiting.length < MAX_WAITING_REQUESTS) waiting.push(request)
    else this.#refuse(request.tid, 'rate-limited')
  }

  #serve(request: Request): void {
    switch (request.action) {
      case 'join':
        return this.#join(request)
      case 'leave':
        return this.#leave(request.tid)
      case 'publish':
        return this.#act(request, (participation) => participation.publish())
      case 'control': {
        const { call, data } = request
        return this.#act(request, (participation) => participation.control(call, data))
      }
      case 'consent': {
        const { peer, purpose, given: isGiven } = request
        return this.#ask(request, (participation, onAnswer) => {
          participation.consent({ peer, purpose, isGiven }, onAnswer)
        })
      }
      case 'capture': {
        const { purpose, on: isOn, live } = request
        return this.#ask(request, (participation, onAnswer) => {
          participation.capture({ purpose, isOn, live }, onAnswer)
        })
      }
    }
  }

  #join({ tid, room, display, captures }: RequestTo<'join'>): void {
    if (this.#place.name !== 'outside') return this.#refuse(tid, 'already-in-room')
    const { ip, hub, access, capacity, media, logger } = this.#options
    const participation: Participation = new Participation({
      ip,
      hub,
      access,
      capacity,
      room,
      display,
      captures: this.#options.captures,
      asksFor: captures,
      media,
      logger,
      send: (frame) => this.#send(frame),
      onAnswer: (answer) => this.#onAnswer(participation, answer),
    })
    this.#place = { name: 'joining', tid, participation, waiting: [], isContested: false }
    participation.join()
  }

  #act(
    request: RequestTo<'publish' | 'control'>,
    run: (participation: Participation) => void,
  ): void {
    const participation = this.#admit(request)
    if (!participation) return
    this.#send(writeDone(request.tid))
    run(participation)
  }

  /** Answered when the core has decided. */
  #ask(
    request: RequestTo<'consent' | 'capture'>,
    run: (participation: Participation, onAnswer: (refusal?: ErrorCode) => void) => void,
  ): void {
    const { tid } = request
    const participation = this.#admit(request)
    if (!participation) return
    run(participation, (refusal) => {
      if (refusal) this.#refuse(tid, refusal)
      else this.#send(writeDone(tid))
    })
  }

  /** Only as who it is, and no more than others can read; else it is refused. */
  #admit(
    request: RequestTo<'publish' | 'control' | 'consent' | 'capture'>,
  ): Participation | undefined {
    const { tid, room, display } = request
    if (this.#place.name !== 'inside' || !this.#place.participation.isNamed(room, display)) {
      this.#refuse(tid, 'not-in-room')
      return undefined
    }
    const { participation } = this.#place
    const length = request.action === 'control' ? request.call.length + request.data.length : 0
    if (isGivingUp(request) || this.#tellable.take(participation.toldLength(length))) {
      return participation
    }
    this.#refuse(tid, 'rate-limited')
    return undefined
  }

  /** Answered every time. */
  #leave(tid: string): void {
    if (this.#place.name === 'asking') this.#refuse(this.#place.tid, 'entry-refused')
    this.#goOutside(false)
    this.#send(writeDone(tid))
  }

  #onAnswer(participation: Participation, answer: JoinAnswer): void {
    const place = this.#place
    if (place.name !== 'joining' && place.name !== 'asking') return
    const waiting = place.name === 'joining' ? place.waiting : []
    const { tid } = place
    switch (answer.type) {
      case 'joined':
        this.#place = { name: 'inside', participation }
        this.#options.displays.take(participation.key, participation.display, this)
        this.#send(writeJoined(tid, answer.view, participation))
        break
      case 'asked':
        this.#place = { name: 'asking', tid, participation }
        break
      case 'full':
        this.#goOutside(false)
        this.#send(writeJoined(tid, answer.view))
        break
      case 'refused':
        if (answer.code === 'display-taken' && this.#contest(participation)) return
        this.#goOutside(false)
        this.#refuse(tid, answer.code)
    }
    for (const request of waiting) this.#receive(request)
  }

  /** Lets whoever has the display show that it lives. False when that is not to be asked. */
  #contest(participation: Participation): boolean {
    const { key, display } = participation
    const holder = this.#options.displays.holder(key, display)
    if (this.#place.name !== 'joining' || this.#place.isContested || !holder) return false
    this.#place.isContested = true
    holder.prove((isAlive) => {
      if (this.#place.name !== 'joining' || this.#place.participation !== participation) return
      if (isAlive) this.#onAnswer(participation, { type: 'refused', code: 'display-taken' })
      else participation.join()
    })
    return true
  }

  #beat(): void {
    this.#pulse.beat()
    this.#proof.settle(true)
  }

  /** It did not show that it lives. */
  #loseClient(): void {
    const state = this.#state
    this.#end(true)
    if (state.name === 'open') state.socket.terminate()
  }

  #end(isLost: boolean): void {
    if (this.#state.name === 'closed') return
    this.#state = { name: 'closed' }
    this.#goOutside(isLost)
    this.#proof.settle(false)
    this.#options.onClosed()
  }

  #goOutside(isLost: boolean): void {
    if (this.#place.name === 'outside') return
    const { participation } = this.#place
    this.#place = { name: 'outside' }
    this.#options.displays.free(participation.key, participation.display, this)
    participation.close(isLost)
  }

  #refuse(tid: string, code: ErrorCode): void {
    this.#send(writeError(tid, code))
  }

  #send(frame: string): void {
    if (this.#state.name !== 'open') return
    const { socket } = this.#state
    socket.send(frame)
    if (socket.backlog <= this.#options.limits.maxBacklogBytes) return
    this.#options.logger.info('connection dropped', { reason: 'does not read' })
    socket.terminate()
  }

  #drop(code: number, reason: string): void {
    if (this.#state.name !== 'open') return
    this.#options.logger.info('connection dropped', { reason })
    this.#state.socket.close(code, reason)
  }
}

/** B1: a consent is taken back at any moment, also over the rate; who goes on is cut all the same. */
function isGivingUp(reading: Reading): boolean {
  if ('error' in reading) return false
  if (reading.action === 'consent') return !reading.given
  return reading.action === 'capture' && !reading.on
}
