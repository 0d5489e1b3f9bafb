import { randomBytes } from 'node:crypto'
import type { Clock, Logger } from '@duet/base'
import type { Dialect, Notice } from '@duet/rules'
import { TokenBucket } from '../../bounds/rate.ts'
import type { Hub } from '../../hub/hub.ts'
import type { RoomAccess } from '../../rooms/access.ts'
import { TALK_FOR_TWO } from '../../rooms/room-policy.ts'
import { Said } from '../../socket-io/said.ts'
import type { DialectLimits } from '../dialect-limits.ts'
import { isEntryRefused, Stay } from '../stay.ts'
import { readRoomName, type RoomName } from './names.ts'
import { DIALECT_NAME, keptData, otherSignal, toData, toSaying } from './translate.ts'

const DIALECT: Dialect = { name: DIALECT_NAME, leavesOffers: false, tellsHearing: false }

/** What the server says; the second argument is the member concerned, or the data. */
type ServerEvent = 'joined' | 'full' | 'leaved' | 'otherjoin' | 'bye' | 'message'

export interface ClientOptions {
  /** The socket's own id, which others know it by. */
  id: string
  /** The client's IP address. */
  ip: string
  hub: Hub
  access: RoomAccess
  clock: Clock
  limits: DialectLimits
  logger: Logger
  send: (event: ServerEvent, room: string, what: unknown) => void
}

/** asked: for a seat. seated: has one. leaving: said so, and hears nothing but the answer. */
type State = { name: 'asked' } | { name: 'seated' } | { name: 'leaving'; spelling: string }

interface Membership {
  room: RoomName
  stay: Stay
  state: State
}

/** One Socket.IO socket: which rooms it is in, and what is said there. */
export class Client {
  readonly #options: ClientOptions
  readonly #translatable: TokenBucket
  readonly #memberships = new Map<string, Membership>()
  #stayCount = 0
  #namesLength = 0

  constructor(options: ClientOptions) {
    this.#options = options
    this.#translatable = new TokenBucket(options.limits.translatedLengthRate, options.clock)
  }

  handleJoin(room: unknown): void {
    const name = readRoomName(room)
    // A second `joined` makes clients throw.
    if (!name || this.#memberships.has(name.key)) return
    const { maxRooms, maxRoomNamesLength } = this.#options.limits
    const namesLength = this.#namesLength + name.spelling.length
    if (this.#memberships.size >= maxRooms || namesLength > maxRoomNamesLength) {
      this.#options.send('full', name.spelling, this.#options.id)
      return
    }
    const membership: Membership = {
      room: name,
      stay: this.#createStay(name, (notice) => this.#onNotice(membership, notice)),
      state: { name: 'asked' },
    }
    this.#memberships.set(name.key, membership)
    this.#namesLength = namesLength
    membership.stay.join(false)
  }

  handleMessage(room: unknown, data: unknown): void {
    const name = readRoomName(room)
    const membership = name && this.#memberships.get(name.key)
    if (membership?.state.name !== 'seated' || data === undefined) return
    const { stay } = membership
    const said = data instanceof Said ? data : new Said(data)
    const saying = toSaying(said)
    if (!saying || !this.#translatable.take(saying.length)) stay.signal(otherSignal(said))
    else if (saying.type === 'chat') stay.chat(saying.body)
    else stay.signal(saying.signal)
  }

  /** Answered every time. */
  handleLeave(room: unknown): void {
    const name = readRoomName(room)
    if (!name) return
    const membership = this.#memberships.get(name.key)
    if (!membership) {
      this.#options.send('leaved', name.spelling, this.#options.id)
      return
    }
    this.#forget(membership)
    membership.state = { name: 'leaving', spelling: name.spelling }
    membership.stay.leave()
  }

  /** The socket is gone: it leaves everywhere. Idempotent. */
  close(): void {
    for (const membership of this.#memberships.values()) this.#end(membership)
  }

  /** The server goes away: nobody is told. Idempotent. */
  parentClosed(): void {
    for (const { stay } of this.#memberships.values()) stay.parentClosed()
    this.#memberships.clear()
  }

  #createStay(name: RoomName, onNotice: (notice: Notice) => void): Stay {
    const { id, ip, hub, access, logger } = this.#options
    this.#stayCount++
    return new Stay({
      hub,
      key: name.key,
      policy: TALK_FOR_TWO,
      judge: () => access(name.key, undefined),
      newcomer: {
        id,
        address: `${DIALECT_NAME}:${id}:${this.#stayCount}`,
        ip,
        name: '',
        tag: randomBytes(16).toString('base64url'),
        dialect: DIALECT,
      },
      logger,
      onNotice,
    })
  }

  #onNotice(membership: Membership, notice: Notice): void {
    const { room, stay, state } = membership
    if (state.name === 'leaving') {
      if (notice.type !== 'left') return
      stay.close()
      this.#options.send('leaved', state.spelling, this.#options.id)
      return
    }
    switch (notice.type) {
      case 'joined':
        membership.state = { name: 'seated' }
        this.#options.send('joined', room.spelling, this.#options.id)
        for (const data of keptData(notice)) this.#options.send('message', room.spelling, data)
        break
      case 'refused':
        if (!isEntryRefused(notice.code)) break
        this.#end(membership)
        this.#options.send('full', room.spelling, this.#options.id)
        break
      case 'full':
        this.#end(membership)
        this.#options.send('full', room.spelling, this.#options.id)
        break
      case 'left':
      case 'seat-lost':
        this.#end(membership)
        this.#options.send('leaved', room.spelling, this.#options.id)
        break
      case 'peer-joined':
        this.#options.send('otherjoin', room.spelling, notice.peer.id)
        break
      case 'peer-left':
        this.#options.send('bye', room.spelling, notice.peer)
        break
      case 'signal':
        for (const data of toData(notice.signal)) this.#options.send('message', room.spelling, data)
        break
      case 'chat':
        if (!notice.text.isSealed) this.#options.send('message', room.spelling, notice.text.body)
        break
      case 'peer-away':
      case 'peer-back':
      case 'peer-publishing':
      case 'knocking':
      case 'knock':
      case 'knock-over':
      case 'occupancy':
      case 'media-allowed':
        break
    }
  }

  #end(membership: Membership): void {
    this.#forget(membership)
    membership.stay.close()
  }

  #forget({ room }: Membership): void {
    this.#memberships.delete(room.key)
    this.#namesLength -= room.spelling.length
  }
}
