import type { Dialect } from './dialect.ts'
import type { Agreement, CapturePurpose, Notice, Signal } from './notice.ts'
import { emptyRoom, nextRoom } from './room.ts'
import type { Newcomer, Room, RoomEvent, RoomPolicy } from './room-state.ts'

/** The policy of Duet's own rooms, with a short line and few candidates. For tests. */
export const TEST_POLICY: RoomPolicy = {
  capacity: 2,
  offerer: 'first',
  maxWaiting: 2,
  maxKeptCandidates: 3,
  captures: { purposes: ['record', 'live'], watcher: 'c!' },
}

/** The policy of a cast. For tests. */
export const TEST_CAST: RoomPolicy = {
  capacity: 2,
  offerer: 'sender',
  maxWaiting: 0,
  maxKeptCandidates: 0,
  isCast: true,
  watcher: 'w',
}

/** Says everything. */
export const FULL: Dialect = {
  name: 'full',
  leavesOffers: true,
  tellsHearing: true,
  consentsTo: ['record', 'live'],
}
/** Only signals. */
export const PLAIN: Dialect = { name: 'plain', leavesOffers: false, tellsHearing: false }

export const OFFER: Signal = { type: 'description', description: { type: 'offer', sdp: 'v=0' } }
export const ANSWER: Signal = { type: 'description', description: { type: 'answer', sdp: 'v=0' } }
export const CANDIDATE: Signal = { type: 'candidate', candidate: null }
export const OTHER: Signal = { type: 'other', original: { dialect: 'plain', data: 'hello' } }

/**
 * A room on a stage, for tests: people are called by one letter, which is their address; their
 * member id is the capital, their tag is `tag-<letter>` unless they say otherwise.
 */
export class Scene {
  readonly #policy: RoomPolicy
  room: Room | undefined
  #captures = 0

  constructor(policy: RoomPolicy = TEST_POLICY) {
    this.#policy = policy
  }

  /** Lets something happen; returns what is told to whom, such as `b peer-left A lost`. */
  play(event: RoomEvent): string[] {
    const [room, effects] = nextRoom(this.room ?? emptyRoom(this.#policy), event)
    this.room = room
    return effects.map(({ to, notice }) => `${to} ${describeNotice(notice)}`)
  }

  join(
    address: string,
    more: Partial<Omit<Newcomer, 'id' | 'address'>> & { wait?: boolean } = {},
  ): string[] {
    const { wait = false, tag = `tag-${address}`, dialect = FULL, ...who } = more
    const id = address.toUpperCase()
    const newcomer = { id, address, name: `name ${address}`, tag, dialect, ...who }
    return this.play({ type: 'join', newcomer, wait, ref: 1 })
  }

  admit(from: string, peer: string, isAdmitted: boolean): string[] {
    return this.play({ type: 'admit', from, peer, isAdmitted, ref: 4 })
  }

  leave(from: string, isLost = false): string[] {
    return this.play({ type: 'leave', from, isLost })
  }

  lose(from: string): string[] {
    return this.play({ type: 'connection-lost', from })
  }

  comeBack(from: string, ip?: string): string[] {
    return this.play({ type: 'connection-back', from, ...(ip !== undefined && { ip }) })
  }

  endGrace(from: string): string[] {
    return this.play({ type: 'grace-over', from })
  }

  hear(from: string, peer: string, hears: boolean): string[] {
    return this.play({ type: 'hearing', from, peer, hears })
  }

  signal(from: string, signal: Signal, to?: string): string[] {
    return this.play({ type: 'signal', from, to, signal, ref: 2 })
  }

  publish(from: string, isPublishing = true): string[] {
    return this.play({ type: 'publishing', from, isPublishing })
  }

  chat(from: string, body: string): string[] {
    return this.play({ type: 'chat', from, text: { body, isSealed: false }, ref: 3 })
  }

  requestMedia(from: string, peer: string): string[] {
    return this.play({ type: 'request-media', from, peer, ref: 6 })
  }

  consent(from: string, purpose: CapturePurpose = 'record', isGiven = true): string[] {
    return this.play({ type: 'consent', from, purpose, isGiven, ref: 7 })
  }

  /** Starts a capture; its id is the purpose in capitals, and how often one was asked for. */
  capture(from: string, purpose: CapturePurpose = 'record', options?: unknown): string[] {
    const id = `${purpose.toUpperCase()}${++this.#captures}`
    return this.play({
      type: 'capture',
      from,
      id,
      purpose,
      isOn: true,
      place: 'lake',
      options,
      ref: 8,
    })
  }

  stopCapture(from: string, purpose: CapturePurpose = 'record'): string[] {
    return this.play({
      type: 'capture',
      from,
      id: 'unused',
      purpose,
      isOn: false,
      place: 'lake',
      ref: 9,
    })
  }

  /** How a capture of A and B goes. */
  captureState(capture: string, progress: string, isOver = false): string[] {
    return this.play({ type: 'capture-state', capture, members: ['A', 'B'], isOver, progress })
  }

  dismiss(from: string, peer?: string): string[] {
    return this.play({ type: 'dismiss', from, peer, ref: 5 })
  }

  /** The time of the code is over. */
  codeDue(): string[] {
    return this.play({ type: 'code-due' })
  }

  /** Who is seated and how, and who waits: `A here, B away | c`. */
  get seats(): string {
    const members = (this.room?.members ?? []).map(({ id, presence }) => `${id} ${presence}`)
    const line = (this.room?.line ?? []).map(({ address, isAway }) =>
      isAway ? `${address} away` : address,
    )
    return [members.join(', '), ...(line.length > 0 ? [line.join(', ')] : [])].join(' | ')
  }
}

/** A notice in a few words. */
function describeNotice(notice: Notice): string {
  switch (notice.type) {
    case 'joined': {
      const peers = notice.peers.map(({ peer, isAway, isPublishing, signals }) =>
        [
          peer.id,
          ...(isAway ? ['away'] : []),
          ...(isPublishing ? ['publishing'] : []),
          ...signals.map(describeSignal),
        ].join(' '),
      )
      return [
        'joined as',
        notice.self,
        ...(peers.length > 0 ? ['with', peers.join(', ')] : []),
        ...(notice.offers ? ['and offers'] : []),
        ...(notice.captures ? ['agreed', describeAgreement(notice.captures)] : []),
      ].join(' ')
    }
    case 'full':
      return notice.waiting ? 'full waiting' : 'full'
    case 'left':
    case 'seat-lost':
    case 'knocking':
      return notice.type
    case 'knock':
      return `knock ${notice.peer.id}`
    case 'knock-over':
      return `knock-over ${notice.peer}`
    case 'peer-joined':
      return `peer-joined ${notice.peer.id}${notice.offers ? ' and offers' : ''}`
    case 'peer-left':
      return `peer-left ${notice.peer} ${notice.reason}`
    case 'peer-away':
      return `peer-away ${notice.peer}`
    case 'peer-back':
      return `peer-back ${notice.peer}${notice.isFresh ? ' fresh' : ''}`
    case 'peer-publishing':
      return `peer-publishing ${notice.peer}${notice.isPublishing ? '' : ' no more'}`
    case 'signal':
      return `signal ${notice.from} ${describeSignal(notice.signal)}`
    case 'chat':
      return `chat ${notice.from} ${notice.text.body}`
    case 'media-allowed':
      return `media-allowed ${notice.publishes} ${notice.plays}${notice.isOpen ? ' open' : ''} ${notice.ref}`
    case 'refused':
      return `refused ${notice.code} ${notice.ref}`
    case 'dismissed':
      return `dismissed ${notice.reason}`
    case 'code':
      return `code ${notice.state ?? 'forgotten'}`
    case 'captures':
      return `captures ${describeAgreement(notice)}`
    case 'capture-state':
      return `capture-state ${notice.capture} ${String(notice.progress)}`
    case 'capture-begun': {
      const members = notice.members.map(({ id, name, user }) =>
        [id, name, ...(user === undefined ? [] : [user])].join('/'),
      )
      const options = notice.options === undefined ? [] : [JSON.stringify(notice.options)]
      const { id, purpose, place, by } = notice
      return ['begin', id, purpose, place, 'by', by, 'of', ...members, ...options].join(' ')
    }
    case 'capture-over':
      return `stop ${notice.purpose} ${notice.place}`
    case 'reach': {
      const peers = notice.peers.map(({ id, ip }) => (ip === undefined ? id : `${id}@${ip}`))
      return ['reach', ...peers, ...(notice.isUnseen ? ['unseen'] : [])].join(' ')
    }
    case 'reach-over':
      return notice.heir === undefined ? 'reach-over' : `reach-over heir ${notice.heir}`
    case 'occupancy':
      return `occupancy ${notice.users.join(' ')}${notice.isLost ? ' lost' : ''}`
  }
}

function describeSignal(signal: Signal): string {
  return signal.type === 'description' ? signal.description.type : signal.type
}

/** `A record live, B record | RECORD1 record by A`; `nothing`. */
function describeAgreement({ consents, active }: Agreement): string {
  const agreed = consents.map(({ member, purposes }) => [member, ...purposes].join(' '))
  const on = active.map(({ id, purpose, by }) => `${id} ${purpose} by ${by}`)
  const parts = [agreed.join(', '), on.join(', ')].filter((part) => part !== '')
  return parts.length === 0 ? 'nothing' : parts.join(' | ')
}
