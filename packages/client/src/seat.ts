import type { CancelTimer, Clock, Logger } from '@duet/base'
import { GRACE_MS } from '@duet/protocol'
import type {
  ClientRequest,
  CloseName,
  ErrorCode,
  Joined,
  MediaGranted,
  MemberId,
  ServerEvent,
  SessionEvent,
  Welcome,
} from '@duet/protocol'
import type { RefusedCode, SignalingState } from './call-state.ts'
import type { Part } from './part.ts'
import { toBase64Url } from './link.ts'
import { MediaRequest } from './media-path/media-request.ts'
import type { MediaGrant } from './media-path/server-leg.ts'
import { isOfPeople } from './people-events.ts'
import { Session, type SessionOptions } from './session.ts'

/** What the server says of a stay in a room, unasked. */
export type SeatEvent = Exclude<SessionEvent, MediaGranted>

export interface SeatOptions {
  /** The server's WebSocket address. */
  url: string
  part: Part
  clock: Clock
  logger: Logger
  openSocket?: SessionOptions['openSocket'] | undefined
  /** What the server says of this stay; never of a former one. */
  onEvent: (event: SeatEvent) => void
  onWelcome: (welcome: Welcome) => void
  /** The server forgot the seat, which is asked for again; `unsaid` may not have arrived. */
  onLost: (unsaid: ClientRequest[]) => void
  /** The server does not want this client. `take()` tries it with a new session. */
  onRefused: (reason: CloseName) => void
  onSignaling: (state: SignalingState) => void
}

/** none: nothing is asked for. seat: asked for or held. line: stands in line for one. */
type Wish = 'none' | 'seat' | 'line'

/** The pause before a seat is asked for again that the server does not know of. */
const RETURN_INTERVAL_MS = 1_000

/**
 * The seat in the room, or the wish for one: asked for again whenever the server forgot it,
 * until it is given up (docs/protocol.md, rules R).
 */
export class Seat {
  readonly #options: SeatOptions
  #session: Session
  #wish: Wish = 'none'
  /** Names this stay; kept when a lost seat is asked for again, so that the media goes on. */
  #tag = ''
  #name = ''
  /** `leave` requests that are not answered yet: what comes before belongs to a former stay. */
  #unansweredLeaves = 0
  /** When the server forgot the seat that is asked for again; undefined: it did not. */
  #forgottenAt: number | undefined
  #cancelReturn: CancelTimer = () => {}
  readonly #mediaRequest = new MediaRequest()

  constructor(options: SeatOptions) {
    this.#options = options
    this.#session = this.#openSession()
  }

  get signaling(): SignalingState {
    return this.#session.signaling
  }

  /** Asks for a seat; `wait` stands in line when there is none. */
  take(name: string, wait: boolean): void {
    if (this.#session.isClosed) this.#session = this.#openSession()
    if (this.#wish === 'none') this.#tag = createTag()
    this.#forgottenAt = undefined
    this.#wish = 'seat'
    this.#name = name
    this.#sendJoin(wait)
  }

  /** Leaves the seat or the line. */
  giveUp(): void {
    this.#wish = 'none'
    this.#cancelReturn()
    if (this.#session.isClosed) return
    this.#session.send({ type: 'leave' })
    this.#unansweredLeaves++
  }

  /** Says something in the room: now, or as soon as the server can be reached. */
  send(request: ClientRequest): void {
    this.#session.send(request)
  }

  /** Asks for the way to the media server and, from `peer`, back; null: not now. */
  requestMedia(peer: MemberId): Promise<MediaGrant | null> {
    const { url } = this.#options
    return this.#mediaRequest.begin(this.#session.send({ type: 'request-media', peer }), url)
  }

  /** The network may have changed. */
  probe(): void {
    this.#session.probe()
  }

  /** Drops the socket. Idempotent. */
  close(): void {
    this.#cancelReturn()
    this.#mediaRequest.drop()
    this.#session.close()
  }

  #openSession(): Session {
    const { clock, logger, onRefused, onSignaling, onWelcome, openSocket, url } = this.#options
    this.#unansweredLeaves = 0
    const session = new Session({ url, logger, clock, ...(openSocket && { openSocket }) })
    session.on('event', (event) => this.#onEvent(event))
    session.on('welcome', onWelcome)
    session.on('lost', (unsaid) => this.#onLost(unsaid))
    session.on('state', onSignaling)
    session.on('refused', onRefused)
    return session
  }

  #sendJoin(wait: boolean): void {
    this.#session.send(this.#options.part.ask({ tag: this.#tag, name: this.#name, wait }))
  }

  #onEvent(event: ServerEvent): void {
    if (event.type === 'left') this.#unansweredLeaves = Math.max(0, this.#unansweredLeaves - 1)
    if (this.#mediaRequest.isAnsweredBy(event) || event.type === 'media-granted') return
    if (this.#unansweredLeaves > 0 && event.type !== 'ice-servers') return
    if (event.type === 'joined') this.#sit(event)
    else if (event.type === 'full') this.#wish = event.waiting ? 'line' : 'none'
    else if (event.type === 'error' && this.#waitsFor(event.code)) return this.#askLater()
    else if (event.type === 'seat-lost') return this.#askAgain([])
    if (!isOfPeople(event)) this.#options.onEvent(event)
  }

  #sit(joined: Joined): void {
    this.#wish = 'seat'
    this.#forgottenAt = undefined
    this.#cancelReturn()
    this.#options.part.onSeated?.(joined)
  }

  /** After a restart of the server a sender may be back before the TV that it shows something on. */
  #waitsFor(code: ErrorCode): boolean {
    if (this.#wish !== 'seat' || this.#forgottenAt === undefined) return false
    // This says nothing of the seat, and whoever asks from the same address brings it about (T6).
    if (code === 'rate-limited') return true
    if (code !== 'no-such-cast' && code !== 'cast-over') return false
    return this.#options.clock.now() - this.#forgottenAt < GRACE_MS
  }

  #askLater(): void {
    this.#cancelReturn()
    this.#cancelReturn = this.#options.clock.after(RETURN_INTERVAL_MS, () => this.#sendJoin(false))
  }

  #onLost(unsaid: ClientRequest[]): void {
    this.#unansweredLeaves = 0
    this.#mediaRequest.drop()
    this.#askAgain(unsaid)
  }

  #askAgain(unsaid: ClientRequest[]): void {
    if (this.#wish === 'none') return
    this.#forgottenAt ??= this.#options.clock.now()
    this.#cancelReturn()
    this.#options.onLost(unsaid)
    this.#sendJoin(this.#wish === 'line')
  }
}

const SEATLESS: ReadonlySet<RefusedCode> = new Set([
  'bad-room-name',
  'no-such-cast',
  'cast-over',
  'code-taken',
])

/** After such an answer there is no seat, and asking again is of no use. */
export function isSeatless(code: RefusedCode): boolean {
  return SEATLESS.has(code)
}

function createTag(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(16)))
}
