import { randomBytes } from 'node:crypto'
import type { Logger } from '@duet/base'
import {
  cleanDisplayName,
  normalizeRoomName,
  type CaptureProgress,
  type CapturePurpose,
  type LiveOptions,
} from '@duet/protocol'
import type { Agreement, Dialect, Notice, Signal } from '@duet/rules'
import type { Hub } from '../../hub/hub.ts'
import type { RoomAccess, RoomVerdict } from '../../rooms/access.ts'
import { streamTarget } from '../../media/stream-target.ts'
import { TALK_FOR_TWO } from '../../rooms/room-policy.ts'
import { roomKey } from '../room-key.ts'
import { isEntryRefused, Stay } from '../stay.ts'
import { errorOf, type ErrorCode } from './errors.ts'
import { writeCaptures, writeNews, type RoomNews, type View } from './frames.ts'
import { MAX_PARTICIPANTS } from './limits.ts'
import type { OwnTokens } from './own-tokens.ts'
import { Roster } from './roster.ts'

/** The dialect's name in the core. */
const DIALECT_NAME = 'srs'

const DIALECT: Dialect = {
  name: DIALECT_NAME,
  leavesOffers: false,
  tellsHearing: false,
  streamsByLabel: true,
}

/** What became of a join. asked: the owner of the room decides. */
export type JoinAnswer =
  | { type: 'joined' | 'full'; view: View }
  | { type: 'asked' }
  | { type: 'refused'; code: ErrorCode }

export interface ParticipationOptions {
  /** The client's IP address. */
  ip: string
  hub: Hub
  access: RoomAccess
  /** Participants of a room in which everybody speaks this dialect; 0: the most that there can be. */
  capacity: number
  room: string
  display: string
  /** What calls can be taken for. */
  captures: readonly CapturePurpose[]
  /** What its page asks for consent to. */
  asksFor: readonly CapturePurpose[]
  media: OwnTokens | undefined
  logger: Logger
  /** Tells the client of others. */
  send: (frame: string) => void
  onAnswer: (answer: JoinAnswer) => void
}

/** Said to others of this dialect alone. */
type Saying = Pick<RoomNews, 'event' | 'param' | 'data'>

/** One client in one room, under one display: from its join on until it is closed. */
export class Participation {
  /** Where the hub keeps the room. */
  readonly key: string
  readonly #options: ParticipationOptions
  readonly #id = randomBytes(16).toString('base64url')
  readonly #stay: Stay
  readonly #roster = new Roster()
  /** Who waits for the answer of the core. */
  readonly #asked = new Map<number, (refusal?: ErrorCode) => void>()
  #refs = 0

  constructor(options: ParticipationOptions) {
    this.#options = options
    const { ip, hub, room, display, logger } = options
    this.key = roomKey(room)
    this.#stay = new Stay({
      hub,
      key: this.key,
      policy: TALK_FOR_TWO,
      judge: () => this.#judge(),
      newcomer: {
        id: this.#id,
        address: `${DIALECT_NAME}:${this.#id}`,
        ip,
        name: cleanDisplayName(display),
        label: display,
        tag: randomBytes(16).toString('base64url'),
        dialect: { ...DIALECT, ...(options.asksFor.length > 0 && { consentsTo: options.asksFor }) },
      },
      logger,
      onNotice: (notice) => this.#onNotice(notice),
    })
  }

  get display(): string {
    return this.#options.display
  }

  /** What this client can be taken for, of what its page asks for; undefined: that is nothing. */
  get captures(): readonly CapturePurpose[] | undefined {
    const { asksFor, captures, display, room } = this.#options
    if (asksFor.length === 0) return undefined
    // Rooms under other names are of this dialect alone, and not each display names a stream.
    const isNamed = normalizeRoomName(room).ok && streamTarget(room, display) !== undefined
    return isNamed ? captures.filter((purpose) => asksFor.includes(purpose)) : []
  }

  /** For publishing its stream; undefined: its client did not ask, or needs none. */
  get token(): string | undefined {
    const { media, display: label } = this.#options
    // Where nothing can be taken, nothing has to be proved.
    if (!this.captures || this.captures.length === 0) return undefined
    return media?.ownToken({ room: this.key, member: this.#id, label })
  }

  /** The length of the frames that tell all others something of this length. */
  toldLength(length: number): number {
    const { participants } = this.#roster
    const { room } = this.#options
    return (participants.length - 1) * (JSON.stringify(participants).length + room.length + length)
  }

  /** Whether a client means this one. */
  isNamed(room: string, display: string): boolean {
    return display === this.#options.display && roomKey(room) === this.key
  }

  /** Asks for a place; again after a refusal. */
  join(): void {
    this.#stay.join(false)
  }

  /** Its stream can be played; said again, those of this dialect are told again. */
  publish(): void {
    if (this.#roster.find(this.#id)?.publishing) return this.#say({ event: 'publish' })
    this.#roster.setPublishing(this.#id, true)
    this.#stay.publish(true)
  }

  /** Says something to the others of this dialect. */
  control(param: string, data: string): void {
    this.#say({ event: 'control', param, data })
  }

  /** B1: agrees to it with `peer`, or not any more; `onAnswer`: once, with why it is refused. */
  consent(
    given: { peer: string; purpose: CapturePurpose; isGiven: boolean },
    onAnswer: (refusal?: ErrorCode) => void,
  ): void {
    const { purpose, isGiven } = given
    if (isGiven && !this.captures?.includes(purpose)) return onAnswer('capture-unavailable')
    const peer = given.peer === '' ? undefined : this.#roster.idOf(given.peer)
    if (isGiven && given.peer !== '' && peer === undefined) return onAnswer('no-such-peer')
    const event = { type: 'consent', peer, purpose, isGiven } as const
    this.#ask((ref) => this.#stay.capture({ ...event, ref }), onAnswer)
  }

  /** B3: starts what both agreed to, or stops it; `onAnswer` as of `consent`. */
  capture(
    { purpose, isOn, live }: { purpose: CapturePurpose; isOn: boolean; live: LiveOptions },
    onAnswer: (refusal?: ErrorCode) => void,
  ): void {
    if (isOn && !this.captures?.includes(purpose)) return onAnswer('capture-unavailable')
    const place = this.key
    this.#ask((ref) => {
      const id = `${this.#id}.${ref}`
      return this.#stay.capture({ type: 'capture', id, purpose, isOn, place, options: live, ref })
    }, onAnswer)
  }

  /** Leaves the room; isLost: not by its client's will. Idempotent. */
  close(isLost = false): void {
    this.#stay.close(isLost)
  }

  /** The server goes away: nobody is told. Idempotent. */
  parentClosed(): void {
    this.#stay.parentClosed()
  }

  #judge(): RoomVerdict | Promise<RoomVerdict> {
    const verdict = this.#options.access(this.key, undefined)
    return verdict instanceof Promise
      ? verdict.then(this.#withCapacity)
      : this.#withCapacity(verdict)
  }

  /** As many as are configured, and two where a member of another dialect is. */
  readonly #withCapacity = (verdict: RoomVerdict): RoomVerdict => {
    if ('refusal' in verdict) return verdict
    const capacity = this.#options.capacity === 0 ? MAX_PARTICIPANTS : this.#options.capacity
    return { policy: { ...verdict.policy, among: { dialect: DIALECT_NAME, capacity } } }
  }

  #say(saying: Saying): void {
    this.#stay.signal({ type: 'other', original: { dialect: DIALECT_NAME, data: saying } })
  }

  /** What the core does not refuse is done. */
  #ask(
    run: (ref: number) => Promise<boolean> | undefined,
    onAnswer: (refusal?: ErrorCode) => void,
  ): void {
    this.#refs++
    const ref = this.#refs
    this.#asked.set(ref, onAnswer)
    const done = run(ref)
    if (!done) return this.#answer(ref)
    void done.then((isDone) => this.#answer(ref, isDone ? undefined : 'unavailable'))
  }

  #answer(ref: number, refusal?: ErrorCode): void {
    const onAnswer = this.#asked.get(ref)
    this.#asked.delete(ref)
    onAnswer?.(refusal)
  }

  #onNotice(notice: Notice): void {
    const { onAnswer, display } = this.#options
    switch (notice.type) {
      case 'joined':
        for (const { peer, isPublishing } of notice.peers) this.#roster.add(peer, isPublishing)
        this.#roster.add({ id: this.#id, label: display }, false)
        return onAnswer({ type: 'joined', view: this.#view })
      case 'full': {
        const self = { display, publishing: false }
        const participants = notice.occupants.map(({ label, dialect, isPublishing }) =>
          // A stranger learns no names of those who did not choose this dialect.
          dialect === DIALECT_NAME
            ? { display: label, publishing: isPublishing }
            : { display: '', publishing: false },
        )
        const { room } = this.#options
        return onAnswer({
          type: 'full',
          view: { room, self, participants: [...participants, self] },
        })
      }
      case 'refused':
        if (this.#asked.has(notice.ref)) return this.#answer(notice.ref, errorOf(notice.code))
        if (!isEntryRefused(notice.code)) return undefined
        return onAnswer({ type: 'refused', code: errorOf(notice.code) })
      case 'knocking':
        return onAnswer({ type: 'asked' })
      case 'peer-joined':
        return this.#tell({ event: 'join', peer: this.#roster.add(notice.peer, false) })
      case 'peer-publishing': {
        const peer = this.#roster.setPublishing(notice.peer, notice.isPublishing)
        return peer && notice.isPublishing ? this.#tell({ event: 'publish', peer }) : undefined
      }
      case 'peer-left': {
        const peer = this.#roster.remove(notice.peer)
        return peer && this.#tell({ event: 'leave', peer })
      }
      case 'signal': {
        const peer = this.#roster.find(notice.from)
        const saying = sayingOf(notice.signal)
        return peer && saying && this.#tell({ ...saying, peer })
      }
      case 'captures':
        return this.#tellAgreement(notice)
      case 'capture-state':
        // Whoever carries it out says it in words of Duet's own protocol.
        return this.#tellProgress(notice.progress as CaptureProgress)
      // There are no words for these, or they are not for guests who can't resume.
      case 'left':
      case 'seat-lost':
      case 'chat':
      case 'peer-away':
      case 'peer-back':
      case 'knock':
      case 'knock-over':
      case 'occupancy':
      case 'dismissed':
      case 'code':
        return undefined
    }
  }

  get #view(): View {
    const { room, display } = this.#options
    const { participants } = this.#roster
    const self = this.#roster.find(this.#id) ?? { display, publishing: false }
    return { room, self, participants }
  }

  #tellAgreement({ consents, active }: Agreement): void {
    const displayOf = (id: string): string => this.#roster.find(id)?.display ?? ''
    const told = {
      event: 'captures',
      consents: consents.map(({ member, purposes }) => ({ display: displayOf(member), purposes })),
      active: active.map(({ purpose, by }) => ({ purpose, by: displayOf(by) })),
    } as const
    this.#options.send(writeCaptures(told, this.#view))
  }

  #tellProgress({ missing, ...progress }: CaptureProgress): void {
    const displays = missing?.flatMap((id) => this.#roster.find(id)?.display ?? [])
    const told = { event: 'capture', ...progress, ...(displays && { missing: displays }) } as const
    this.#options.send(writeCaptures(told, this.#view))
  }

  #tell(news: RoomNews): void {
    this.#options.send(writeNews(news, this.#view))
  }
}

function sayingOf(signal: Signal): Saying | undefined {
  if (signal.type !== 'other' || signal.original.dialect !== DIALECT_NAME) return undefined
  return signal.original.data as Saying
}
