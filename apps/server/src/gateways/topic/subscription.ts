import { randomBytes } from 'node:crypto'
import type { Logger } from '@duet/base'
import { isChatBody } from '@duet/protocol'
import type { Dialect, Notice, Signal } from '@duet/rules'
import type { Hub } from '../../hub/hub.ts'
import type { RoomAccess } from '../../rooms/access.ts'
import { isEntryRefused, Stay } from '../stay.ts'
import { writeFrame, type Frame } from './frame.ts'
import { HeldSignals } from './held-signals.ts'
import type { Place } from './place.ts'
import { DIALECT_NAME, originalFrame, otherSignal, toSignal, translatedFrame } from './translate.ts'

const DIALECT: Dialect = { name: DIALECT_NAME, leavesOffers: false, tellsHearing: false }

const CALL = writeFrame('call', null)
const FULL = writeFrame('full', null)
const LEAVE = writeFrame('leave', null)

export interface SubscriptionOptions {
  /** The client's IP address. */
  ip: string
  hub: Hub
  access: RoomAccess
  place: Place
  logger: Logger
  /** Whether a message of this length is translated for other dialects. */
  admitTranslation: (length: number) => boolean
  /** Tells the client. */
  send: (frame: string) => void
  /** There is no place in line either. */
  onRefused: () => void
}

type Publication = Extract<Frame, { cmd: 'publish' }>

/**
 * asked: for a seat. waiting: in line, or for the owner to let it in; `call` is the last one it
 * published. seated: has one.
 */
type State =
  | { name: 'asked'; call: string | undefined }
  | { name: 'waiting'; call: string | undefined }
  | { name: 'seated' }

/**
 * Whether the page has media, as far as it says. silent: not yet; offers of other dialects are
 * held, and `isCalled` when it was asked to make one itself.
 */
type Media = { name: 'silent'; held: HeldSignals; isCalled: boolean } | { name: 'ready' }

/** One connection's way into the room of one subject, or its line, and out of it. */
export class Subscription {
  readonly #options: SubscriptionOptions
  readonly #stay: Stay
  #state: State = { name: 'asked', call: undefined }
  #media: Media = { name: 'silent', held: new HeldSignals(), isCalled: false }

  constructor(options: SubscriptionOptions) {
    this.#options = options
    const { ip, hub, access, place, logger } = options
    const id = randomBytes(16).toString('base64url')
    const tag = randomBytes(16).toString('base64url')
    this.#stay = new Stay({
      hub,
      key: place.key,
      policy: place.policy,
      ...(place.isBridged ? { judge: () => access(place.key, undefined) } : {}),
      newcomer: { id, address: `${DIALECT_NAME}:${id}`, ip, name: '', tag, dialect: DIALECT },
      logger,
      onNotice: (notice) => this.#onNotice(notice),
    })
  }

  /** Where it leads. */
  get key(): string {
    return this.#options.place.key
  }

  /** Asks for a seat. */
  open(): void {
    this.#stay.join(true)
  }

  /** Says it to the others; who has no seat is not heard. */
  publish({ event, data, told }: Publication): void {
    if (event === 'call' && this.#state.name !== 'seated') this.#state.call = told
    if (this.#state.name !== 'waiting') {
      const { isBridged } = this.#options.place
      const isTranslated = isBridged && isWord(event) && this.#options.admitTranslation(told.length)
      if (isTranslated && event === 'chat' && isChatBody(data)) this.#stay.chat(data)
      else this.#stay.signal((isTranslated && toSignal(event, data, told)) || otherSignal(told))
    }
    if (event === 'call' || event === 'offer' || event === 'answer') this.#becomeReady(event)
  }

  /** The client is gone. Idempotent. */
  close(): void {
    this.#stay.close()
  }

  /** The server goes away. Idempotent. */
  parentClosed(): void {
    this.#stay.parentClosed()
  }

  #onNotice(notice: Notice): void {
    const { send, place, onRefused } = this.#options
    switch (notice.type) {
      case 'joined':
        this.#takeSeat()
        for (const signal of notice.peers.flatMap(({ signals }) => signals)) this.#tell(signal)
        break
      case 'full':
        if (this.#state.name === 'asked') this.#state = { ...this.#state, name: 'waiting' }
        send(FULL)
        break
      case 'refused':
        if (!isEntryRefused(notice.code)) break
        onRefused()
        send(FULL)
        break
      case 'peer-joined':
        if (!notice.offers || notice.peer.dialect === DIALECT_NAME) break
        if (this.#media.name === 'silent') this.#media.isCalled = true
        send(CALL)
        break
      case 'peer-left':
        if (this.#media.name === 'silent') {
          this.#media = { name: 'silent', held: new HeldSignals(), isCalled: false }
        }
        if (place.policy.capacity > 0) send(LEAVE)
        break
      case 'signal':
        this.#tell(notice.signal)
        break
      case 'chat':
        if (!notice.text.isSealed) send(writeFrame('chat', notice.text.body))
        break
      case 'left':
      case 'seat-lost':
      case 'knocking':
        // As in line: its `call` is said again when it has its seat.
        if (this.#state.name === 'asked') this.#state = { ...this.#state, name: 'waiting' }
        break
      case 'peer-away':
      case 'peer-back':
      case 'peer-publishing':
      case 'knock':
      case 'knock-over':
      case 'occupancy':
      case 'media-allowed':
        break
    }
  }

  /** Whoever comes from the line says again that it is ready: nobody heard it then. */
  #takeSeat(): void {
    const before = this.#state
    this.#state = { name: 'seated' }
    if (before.name === 'waiting' && before.call !== undefined) {
      this.#stay.signal(otherSignal(before.call))
    }
  }

  #tell(signal: Signal): void {
    const original = originalFrame(signal)
    if (original !== undefined) return this.#options.send(original)
    const frame = translatedFrame(signal)
    if (frame === undefined) return
    if (this.#media.name === 'silent') this.#media.held.add(signal, frame)
    else this.#options.send(frame)
  }

  /** Its page has media: it gets what was held, or is asked again for an offer. */
  #becomeReady(event: 'call' | 'offer' | 'answer'): void {
    if (this.#media.name === 'ready') return
    const { held, isCalled } = this.#media
    this.#media = { name: 'ready' }
    for (const frame of held.take()) this.#options.send(frame)
    if (isCalled && event === 'call') this.#options.send(CALL)
  }
}

/** Events that other dialects have a word for. */
function isWord(event: string): boolean {
  return event === 'offer' || event === 'answer' || event === 'candidate' || event === 'chat'
}
