import { messageOf, type Logger } from '@duet/base'
import type { ErrorCode, PeopleRequest, Sequenced, ServerEvent } from '@duet/protocol'
import {
  TooManyDevicesError,
  type DeviceNotice,
  type DeviceStay,
  type People,
} from '../../people/people.ts'
import { StoreError } from '../../store/store-error.ts'
import { toAttending, toPeopleEvent } from './people-notices.ts'
import type { Speaker } from './speaker.ts'

export interface AttendanceOptions {
  /** Absent: this server has no accounts. */
  people: People | undefined
  speaker: Speaker
  /** Names the device in the core. */
  address: string
  logger: Logger
  send: (event: ServerEvent) => void
  refuse: (code: ErrorCode, message: string, replyTo: number) => void
  /** Another device took its place while its connection was lost. */
  onDisplaced: () => void
}

type Request<Type extends PeopleRequest['type']> = Extract<PeopleRequest, { type: Type }> &
  Sequenced

/** What each request but `attend` means to the device. A missing one does not compile. */
const handlers = {
  'place-call': (stay, { to, media, seq }) => stay.place(to, media, seq),
  'call-ringing': (stay, { call }) => stay.ringing(call),
  'accept-call': (stay, { call, seq }) => stay.accept(call, seq),
  'decline-call': (stay, { call, text, seq }) => stay.decline(call, text, seq),
  'end-call': (stay, { call, seq }) => stay.end(call, seq),
  'rejoin-call': (stay, { call, leg, seq }) => stay.rejoin(call, leg, seq),
  'send-message': (stay, { to, body, clientId }) => stay.send({ to, body, clientId }),
  'mark-read': (stay, { with: other, upTo }) => stay.markRead(other, upTo),
} satisfies {
  [Type in Exclude<PeopleRequest['type'], 'attend'>]: (
    stay: DeviceStay,
    request: Request<Type>,
  ) => void | Promise<ErrorCode | void | undefined>
}

type Handler = (
  stay: DeviceStay,
  request: PeopleRequest & Sequenced,
) => void | Promise<ErrorCode | void | undefined>

/**
 * here, away: as its session's connection is. closed: final; a device that begins to attend
 * after it leaves at once.
 */
type State = 'here' | 'away' | 'closed'

/** A session as a device of the user who is logged in, once it said `attend`. */
export class Attendance {
  readonly #options: AttendanceOptions
  #state: State = 'here'
  #stay: DeviceStay | undefined

  constructor(options: AttendanceOptions) {
    this.#options = options
  }

  /** Resolves, where it takes a while, when the session's next request may be carried out. */
  handle(request: PeopleRequest & Sequenced): Promise<void> | undefined {
    if (request.type === 'attend') return this.#attend(request.seq)
    const stay = this.#stay
    if (!stay) return this.#refuseAbsent(request.seq)
    const answer = (handlers[request.type] as Handler)(stay, request)
    // Others need not wait until a message is kept.
    void answer?.then(
      (refusal) => refusal && this.#refuse(refusal, request.seq),
      (error: unknown) => this.#fail(error, request.seq),
    )
    return undefined
  }

  connectionLost(): void {
    if (this.#state !== 'here') return
    this.#state = 'away'
    this.#stay?.connectionLost()
  }

  connectionBack(): void {
    if (this.#state !== 'away') return
    this.#state = 'here'
    this.#stay?.connectionBack()
  }

  /** The session is over; isLost: because its connection did not come back. Idempotent. */
  close(isLost: boolean): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#stay?.leave(isLost)
  }

  /** The server goes away: the user's call goes on. Idempotent. */
  parentClosed(): void {
    this.#state = 'closed'
  }

  async #attend(ref: number): Promise<void> {
    const { people, speaker, address, send } = this.#options
    try {
      await speaker.ready()
      const { identity } = speaker
      if (!people || !identity) return this.#refuse('not-signed-in', ref)
      if (this.#state === 'closed') return
      if (this.#stay) return send(toAttending(this.#stay.overview()))
      const stay = await people.attend(
        { identity, address, connectsEarly: true, onNotice: (notice) => this.#onNotice(notice) },
        (overview) => send(toAttending(overview)),
      )
      this.#begin(stay)
    } catch (error) {
      this.#fail(error, ref)
    }
  }

  /** The connection, or the session, may have been lost meanwhile. */
  #begin(stay: DeviceStay): void {
    this.#stay = stay
    if (this.#state === 'closed') stay.leave(false)
    if (this.#state === 'away') stay.connectionLost()
  }

  #onNotice(notice: DeviceNotice): void {
    // Sockets of a login that ended are closed by the gateway, attending or not.
    if (notice.type === 'displaced') return this.#options.onDisplaced()
    const event = toPeopleEvent(notice)
    if (event) this.#options.send(event)
  }

  async #refuseAbsent(ref: number): Promise<void> {
    const { people, speaker } = this.#options
    try {
      await speaker.ready()
      this.#refuse(people && speaker.identity ? 'not-attending' : 'not-signed-in', ref)
    } catch (error) {
      this.#fail(error, ref)
    }
  }

  #fail(error: unknown, ref: number): void {
    if (error instanceof StoreError) return this.#refuse('unavailable', ref)
    if (error instanceof TooManyDevicesError) return this.#refuse('rate-limited', ref)
    this.#options.logger.error('a request was not carried out', { error: messageOf(error) })
    this.#refuse('internal', ref)
  }

  #refuse(code: ErrorCode, ref: number): void {
    this.#options.refuse(code, 'the request was not carried out', ref)
  }
}
