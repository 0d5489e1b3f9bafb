import {
  agreementIn,
  capture,
  captureState,
  consent,
  tellCaptures,
  tellProgress,
  withCaptures,
} from './capture.ts'
import { castRefusalOf, codeIsDue, dismiss, displacedBy, tellCode, withCode } from './cast.ts'
import { answerKnock, closeDoor, entranceOf, knock, tellKnocks, withoutKnocker } from './knock.ts'
import { isLabelFree, labelFor } from './label.ts'
import {
  canListen,
  DISPLACED,
  infoOf,
  LEFT,
  LOST,
  memberAt,
  others,
  remove,
  SEAT_LOST,
  tellOthers,
  withMember,
  type Removal,
} from './members.ts'
import type { Notice } from './notice.ts'
import { publishing, requestMedia } from './publishing.ts'
import type {
  Change,
  Effect,
  Member,
  Newcomer,
  Room,
  RoomEvent,
  RoomPolicy,
  RoomStep,
  Waiter,
} from './room-state.ts'
import { tellReach, tellReachOver } from './room-reach.ts'
import { tellWatcher } from './room-watcher.ts'
import { hasSeat } from './seats.ts'
import { chat, signal } from './signals.ts'

/** A room in which nobody is yet. */
export function emptyRoom(policy: RoomPolicy): Room {
  return { policy, members: [], line: [], knocking: [], captures: [] }
}

/**
 * The rules of rooms. Pure: the same room and event give the same step. Rules R, W and B of
 * docs/protocol.md.
 */
export function nextRoom(room: Room, event: RoomEvent): RoomStep {
  const [changed, effects] = apply(room, event)
  const next = withCaptures(room, withCode(changed))
  const isEmpty = [next.members, next.line, next.knocking].every(({ length }) => length === 0)
  const told = [
    // Whoever minds the way of media knows before its members do.
    ...tellReach(room, next),
    ...effects,
    ...tellCaptures(room, next, event),
    ...tellWatcher(room, next, event),
    ...tellCode(room, next),
    ...tellReachOver(room, next),
  ]
  // R12: a room in which nobody is or waits is forgotten; T5: not its code.
  return [isEmpty && !next.code ? undefined : next, told]
}

function apply(room: Room, event: RoomEvent): Change {
  switch (event.type) {
    case 'join':
      return enter(room, event)
    case 'admit':
      return admit(room, event)
    case 'closed':
      return closeDoor(room)
    case 'dismiss':
      return dismiss(room, event)
    case 'code-due':
      return codeIsDue(room)
    case 'leave':
      return leave(room, event)
    case 'connection-lost':
      return connectionLost(room, event.from)
    case 'connection-back':
      return connectionBack(room, event)
    case 'grace-over':
      return graceOver(room, event.from)
    case 'hearing':
      return hearing(room, event)
    case 'publishing':
      return publishing(room, event)
    case 'signal':
      return signal(room, event)
    case 'chat':
      return chat(room, event)
    case 'request-media':
      return requestMedia(room, event)
    case 'consent':
      return consent(room, event)
    case 'capture':
      return capture(room, event)
    case 'capture-state':
      return captureState(room, event)
  }
}

function enter(room: Room, event: Extract<RoomEvent, { type: 'join' }>): Change {
  const { newcomer, ref } = event
  if (room.policy.isCast) return enterCast(room, event)
  const entrance = entranceOf(room, newcomer)
  if (entrance === 'closed') {
    return [room, [{ to: newcomer.address, notice: { type: 'refused', code: 'room-closed', ref } }]]
  }
  if (entrance === 'knock') return knock(room, event)
  const [next, effects] = join(room, event)
  return [next, [...effects, ...tellKnocks(room, next)]]
}

/** T2, T3: a receiver with its code, or somebody who entered it. */
function enterCast(room: Room, event: Extract<RoomEvent, { type: 'join' }>): Change {
  const { newcomer, ref } = event
  // Before anything else: other refusals mean that it has no seat.
  if (memberAt(room, newcomer.address)) return join(room, event)
  const code = castRefusalOf(room, newcomer)
  if (code) return [room, [{ to: newcomer.address, notice: { type: 'refused', code, ref } }]]
  const former = displacedBy(room, newcomer)
  return former ? replace(room, former, newcomer, DISPLACED) : join(room, event)
}

/** W4: who is let in is answered as by `join`. */
function admit(room: Room, event: Extract<RoomEvent, { type: 'admit' }>): Change {
  const answered = answerKnock(room, event)
  if (!answered.admitted) return answered.change
  const [next, effects] = answered.change
  const { wait, ref, ...newcomer } = answered.admitted
  const [after, greetings] = join(next, { type: 'join', newcomer, wait, ref })
  return [after, [...effects, ...greetings]]
}

function join(room: Room, event: Extract<RoomEvent, { type: 'join' }>): Change {
  const { newcomer, wait, ref } = event
  const { address, label } = newcomer
  const refuse = (code: 'already-in-room' | 'line-full' | 'label-taken'): Change => [
    room,
    [{ to: address, notice: { type: 'refused', code, ref } }],
  ]
  if (memberAt(room, address)) return refuse('already-in-room')

  const former = room.line.find((w) => w.tag === newcomer.tag && w.address !== address)
  if (former) {
    const [next, effects] = join(withPlaceOf(room, former, newcomer), event)
    return [next, [...effects, { to: former.address, notice: { type: 'seat-lost' } }]]
  }

  const own = room.members.find((member) => member.tag === newcomer.tag)
  if (own) return takeBack(withoutLine(room, address), own, newcomer)

  if (label !== undefined && !isLabelFree(room, label)) return refuse('label-taken')

  const inLine = room.line.some((waiting) => waiting.address === address)
  const first = firstInLine(room)
  const isNext = !first || first.address === address
  // R7: nobody overtakes the line; R16: but for one who can't be seated with those who are there.
  if (hasSeat(room, newcomer) && (isNext || !hasSeat(room, first))) {
    return seat(withoutLine(room, address), newcomer)
  }
  const lost = isNext ? replaceable(room, newcomer) : undefined
  if (lost) return replace(withoutLine(room, address), lost, newcomer)

  if (!wait) return [room, [{ to: address, notice: full(room, inLine) }]]
  if (!inLine && room.line.length >= room.policy.maxWaiting) return refuse('line-full')
  const line = inLine ? room.line : [...room.line, { ...newcomer, isAway: false }]
  return [{ ...room, line }, [{ to: address, notice: full(room, true) }]]
}

/** R8, T2: a member makes room. The reply to the newcomer comes first (R3). */
function replace(room: Room, lost: Member, newcomer: Newcomer, removal = LOST): Change {
  const [freed, farewells] = remove(room, lost, removal)
  const [seated, [reply, ...greetings]] = seat(freed, newcomer)
  return [seated, [...(reply ? [reply] : []), ...farewells, ...greetings]]
}

/**
 * R10: the same run of the same page with a new session: its seat, id and peer go on. The old
 * session may not know yet that its connection is lost.
 */
function takeBack(room: Room, own: Member, newcomer: Newcomer): Change {
  const { address, name } = newcomer
  const { ip: _ip, reach: _reach, ...stays } = own
  const member: Member = {
    ...stays,
    ...wayOf(newcomer),
    address,
    name,
    presence: 'here',
    isHeard: true,
    kept: [],
  }
  const next = withMember(room, member)
  return [
    next,
    [
      { to: address, notice: { ...joined(next, member, false), ...agreementIn(next) } },
      ...others(next, member).map((peer) => ({
        to: peer.address,
        notice: { type: 'peer-back', peer: member.id, isFresh: true } as const,
      })),
      { to: own.address, notice: SEAT_LOST },
      ...tellProgress(next, address),
    ],
  ]
}

/** Where its client is. */
function wayOf({ ip, reach }: Newcomer): Pick<Newcomer, 'ip' | 'reach'> {
  return { ...(ip !== undefined && { ip }), ...(reach !== undefined && { reach }) }
}

function seat(room: Room, newcomer: Newcomer): Change {
  const { address } = newcomer
  const member: Member = {
    ...newcomer,
    label: labelFor(room, newcomer),
    presence: 'here',
    isPublishing: false,
    consents: [],
    isHeard: true,
    kept: [],
  }
  const { offerer } = room.policy
  const isSending = offerer === 'sender' && !newcomer.receiver
  const offers = (offerer === 'newcomer' || isSending) && room.members.length > 0
  const reply = joined(room, member, offers)
  const peer = infoOf(member)
  // R6: a waiting offer is for one newcomer; its maker makes a new one for the next.
  const members = [...room.members.map((other) => ({ ...other, kept: [] })), member]
  return [
    { ...room, members },
    [
      { to: address, notice: reply },
      ...room.members.map((other) => ({
        to: other.address,
        notice: {
          type: 'peer-joined',
          peer,
          offers: offerer === 'first' || (offerer === 'sender' && !other.receiver),
        } as const,
      })),
    ],
  ]
}

function leave(room: Room, { from, isLost }: Extract<RoomEvent, { type: 'leave' }>): Change {
  const answer: Effect = { to: from, notice: { type: 'left' } }
  const member = memberAt(room, from)
  if (!member) {
    const [next, effects] = withoutKnocker(withoutLine(room, from), from)
    return [next, [answer, ...effects]]
  }
  const [next, effects] = removeAndSeat(room, member, isLost ? LOST : LEFT)
  return [next, [answer, ...effects]]
}

function connectionLost(room: Room, from: string): Change {
  const member = memberAt(room, from)
  if (!member) return [withWaiter(room, from, true), []]
  if (member.presence !== 'here') return [room, []]
  const next = withMember(room, { ...member, presence: 'away' })
  return [next, tellOthers(next, member, { type: 'peer-away', peer: member.id })]
}

function connectionBack(
  room: Room,
  { from, ip }: Extract<RoomEvent, { type: 'connection-back' }>,
): Change {
  const member = memberAt(room, from)
  if (!member) return seatFromLine(withWaiter(room, from, false))
  const moved = ip === undefined || ip === member.ip ? member : { ...member, ip }
  if (member.presence === 'here') return [moved === member ? room : withMember(room, moved), []]
  const next = withMember(room, { ...moved, presence: 'here', isHeard: true })
  return [next, tellOthers(next, member, { type: 'peer-back', peer: member.id, isFresh: false })]
}

function graceOver(room: Room, from: string): Change {
  const member = memberAt(room, from)
  if (!member) return withoutKnocker(withoutLine(room, from), from)
  if (member.presence !== 'away') return [room, []]
  if (!hasListener(room, member)) return removeAndSeat(room, member, LOST)
  return [withMember(room, { ...member, presence: 'expired' }), []]
}

function hearing(room: Room, event: Extract<RoomEvent, { type: 'hearing' }>): Change {
  const member = memberAt(room, event.from)
  const peer = room.members.find((other) => other.id === event.peer)
  if (!member || !peer || peer === member) return [room, []]
  const next = withMember(room, { ...peer, isHeard: event.hears })
  if (event.hears || peer.presence === 'here') return [next, []]
  // R9: a seat whose time is over, or that somebody waits for, is freed by this word.
  const isDue = peer.presence === 'expired' || firstInLine(next) !== undefined
  return isDue ? removeAndSeat(next, { ...peer, isHeard: false }, LOST) : [next, []]
}

/** R8: nobody who is here hears the lost member, so its seat may go to a newcomer. */
function mayBeReplaced(room: Room, member: Member): boolean {
  if (member.presence === 'here') return false
  return !member.isHeard || !others(room, member).some((other) => other.presence === 'here')
}

/** R11: somebody who is here hears the lost member, and would say if it did not. */
function hasListener(room: Room, member: Member): boolean {
  return member.isHeard && others(room, member).some(canListen)
}

/** R8: the member that makes room for a newcomer: first one whose time is over. */
function replaceable(room: Room, newcomer: Newcomer): Member | undefined {
  if (!hasSeat({ ...room, members: room.members.slice(1) }, newcomer)) return undefined
  // T2: only a receiver takes a receiver's seat.
  const lost = room.members.filter((member) => mayBeReplaced(room, member) && !member.receiver)
  return lost.find((member) => member.presence === 'expired') ?? lost[0]
}

function removeAndSeat(room: Room, member: Member, removal: Removal): Change {
  const [freed, farewells] = remove(room, member, removal)
  const [next, greetings] = seatFromLine(freed)
  return [next, [...farewells, ...greetings]]
}

/** Gives free seats to those who wait and can be reached, first come first. */
function seatFromLine(room: Room): Change {
  const first = firstInLine(room)
  if (!first || !hasSeat(room, first)) return [room, []]
  const [seated, greetings] = seat(withoutLine(room, first.address), first)
  const [next, more] = seatFromLine(seated)
  return [next, [...greetings, ...more]]
}

/** R7: who gets the next seat. */
function firstInLine(room: Room): Waiter | undefined {
  return room.line.find((waiter) => !waiter.isAway)
}

function joined(room: Room, member: Member, offers: boolean): Notice {
  const peers = others(room, member).map((other) => ({
    peer: infoOf(other),
    isAway: other.presence !== 'here',
    isPublishing: other.isPublishing,
    signals: other.kept,
  }))
  return { type: 'joined', self: member.id, peers, offers }
}

function full({ members }: Room, waiting: boolean): Notice {
  const occupants = members.map(({ label, dialect, isPublishing }) => ({
    label,
    dialect: dialect.name,
    isPublishing,
  }))
  return { type: 'full', waiting, occupants }
}

function withWaiter(room: Room, address: string, isAway: boolean): Room {
  return { ...room, line: room.line.map((w) => (w.address === address ? { ...w, isAway } : w)) }
}

/** R10: the same run of a page with a new session keeps its place in line. */
function withPlaceOf(room: Room, former: Waiter, newcomer: Newcomer): Room {
  const { line } = withoutLine(room, newcomer.address)
  return { ...room, line: line.map((w) => (w === former ? { ...newcomer, isAway: false } : w)) }
}

function withoutLine(room: Room, address: string): Room {
  return { ...room, line: room.line.filter((waiting) => waiting.address !== address) }
}
