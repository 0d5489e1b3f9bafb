import type { Dialect } from './dialect.ts'
import type { UserId } from './person.ts'
import type { ChatText, MemberId, Notice, PeerGoneReason, Signal } from './notice.ts'

/** What distinguishes one kind of room from another. */
export interface RoomPolicy {
  /** Seats; 0 means as many as come. */
  capacity: number
  /** Who makes the offer when somebody comes: those who were there, the newcomer, or nobody is told. */
  offerer: 'first' | 'newcomer' | 'none'
  /** Places in line for a seat. */
  maxWaiting: number
  /** Candidates that a member may leave for a newcomer, beside its offer. */
  maxKeptCandidates: number
  /** An address that hears who has a seat, whenever that changes. */
  watcher?: string
}

/** Somebody who asks for a seat. */
export interface Newcomer {
  /** The name others will know this member by; unguessable. */
  id: MemberId
  /** Where notices to this member go: one connection or session of one client. */
  address: string
  /** What the person wants to be called; may be empty. */
  name: string
  /** Stands for one run of a page, and only that run can show it; takes its seat back. */
  tag: string
  dialect: Dialect
  /** The account it is logged in to, where it is. */
  user?: UserId
}

/**
 * here: its connection is up. away: lost, and may come back within the grace time.
 * expired: did not come back, but another member still hears it.
 */
export type Presence = 'here' | 'away' | 'expired'

export interface Member extends Newcomer {
  presence: Presence
  /** False once another member said that it hears nothing from this one. */
  isHeard: boolean
  /** The waiting offer and its candidates, for a newcomer. */
  kept: readonly Signal[]
}

/** Somebody in line for a seat; one whose connection is lost keeps its place and is passed over. */
export interface Waiter extends Newcomer {
  isAway: boolean
}

/** A room: a value, replaced as a whole by `nextRoom`. */
export interface Room {
  policy: RoomPolicy
  /** In the order in which they came. */
  members: readonly Member[]
  /** Those who wait for a seat, first come first. */
  line: readonly Waiter[]
}

/**
 * What happens to a room. `from` is the address of the member concerned; `ref` is the
 * gateway's number for the request and comes back with a refusal.
 */
export type RoomEvent =
  | { type: 'join'; newcomer: Newcomer; wait: boolean; ref: number }
  | { type: 'leave'; from: string }
  | { type: 'connection-lost'; from: string }
  | { type: 'connection-back'; from: string }
  | { type: 'grace-over'; from: string }
  | { type: 'hearing'; from: string; peer: MemberId; hears: boolean }
  | { type: 'signal'; from: string; to: MemberId | undefined; signal: Signal; ref: number }
  | { type: 'chat'; from: string; text: ChatText; ref: number }

/** A notice on its way to one address. */
export interface Effect {
  to: string
  notice: Notice
}

/** The room afterwards (undefined: nobody is left, forget it) and what to tell whom, in order. */
export type RoomStep = [room: Room | undefined, effects: Effect[]]

/** A room in which nobody is yet. */
export function emptyRoom(policy: RoomPolicy): Room {
  return { policy, members: [], line: [] }
}

/**
 * The rules of rooms. Pure: the same room and event give the same step. Rules R1 to R12 of
 * docs/protocol.md.
 */
export function nextRoom(room: Room, event: RoomEvent): RoomStep {
  const [next, effects] = apply(room, event)
  const isEmpty = next.members.length === 0 && next.line.length === 0
  // R12: a room in which nobody is or waits is forgotten.
  return [isEmpty ? undefined : next, [...effects, ...tellWatcher(room, next, event)]]
}

/** Whoever watches the room hears who has a seat after the members were told. */
function tellWatcher(before: Room, { policy, members }: Room, event: RoomEvent): Effect[] {
  const { watcher } = policy
  const idsOf = (room: Pick<Room, 'members'>) => room.members.map(({ id }) => id).join()
  if (watcher === undefined || idsOf(before) === idsOf({ members })) return []
  const users = members.flatMap(({ user }) => (user === undefined ? [] : [user]))
  return [{ to: watcher, notice: { type: 'occupancy', users, isLost: event.type !== 'leave' } }]
}

/** What an event makes of a room. */
type Change = [room: Room, effects: Effect[]]

function apply(room: Room, event: RoomEvent): Change {
  switch (event.type) {
    case 'join':
      return join(room, event)
    case 'leave':
      return leave(room, event.from)
    case 'connection-lost':
      return connectionLost(room, event.from)
    case 'connection-back':
      return connectionBack(room, event.from)
    case 'grace-over':
      return graceOver(room, event.from)
    case 'hearing':
      return hearing(room, event)
    case 'signal':
      return signal(room, event)
    case 'chat':
      return chat(room, event)
  }
}

function join(room: Room, event: Extract<RoomEvent, { type: 'join' }>): Change {
  const { newcomer, wait, ref } = event
  const { address } = newcomer
  const refuse = (code: 'already-in-room' | 'line-full'): Change => [
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

  const inLine = room.line.some((waiting) => waiting.address === address)
  const first = firstInLine(room)
  // R7: nobody overtakes the line.
  if (!first || first.address === address) {
    if (hasSeat(room)) return seat(withoutLine(room, address), newcomer)
    const lost = replaceable(room)
    if (lost) return replace(withoutLine(room, address), lost, newcomer)
  }

  if (!wait) return [room, [{ to: address, notice: { type: 'full', waiting: inLine } }]]
  if (!inLine && room.line.length >= room.policy.maxWaiting) return refuse('line-full')
  const line = inLine ? room.line : [...room.line, { ...newcomer, isAway: false }]
  return [{ ...room, line }, [{ to: address, notice: { type: 'full', waiting: true } }]]
}

/** R8: the lost member makes room. The reply to the newcomer comes first (R3). */
function replace(room: Room, lost: Member, newcomer: Newcomer): Change {
  const [freed, farewells] = remove(room, lost, 'lost')
  const [seated, [reply, ...greetings]] = seat(freed, newcomer)
  return [seated, [...(reply ? [reply] : []), ...farewells, ...greetings]]
}

/**
 * R10: the same run of the same page with a new session: its seat, id and peer go on. The old
 * session may not know yet that its connection is lost.
 */
function takeBack(room: Room, own: Member, newcomer: Newcomer): Change {
  const { address, name } = newcomer
  const member: Member = { ...own, address, name, presence: 'here', isHeard: true, kept: [] }
  const next = withMember(room, member)
  return [
    next,
    [
      { to: address, notice: joined(next, member, false) },
      ...others(next, member).map((peer) => ({
        to: peer.address,
        notice: { type: 'peer-back', peer: member.id, isFresh: true } as const,
      })),
      { to: own.address, notice: { type: 'seat-lost' } },
    ],
  ]
}

function seat(room: Room, newcomer: Newcomer): Change {
  const { id, address, name, tag, dialect, user } = newcomer
  const member: Member = { ...newcomer, presence: 'here', isHeard: true, kept: [] }
  const { offerer } = room.policy
  const reply = joined(room, member, offerer === 'newcomer' && room.members.length > 0)
  const peer = { id, name, tag, dialect: dialect.name, ...ofUser(user) }
  // R6: a waiting offer is for one newcomer; its maker makes a new one for the next.
  const members = [...room.members.map((other) => ({ ...other, kept: [] })), member]
  return [
    { ...room, members },
    [
      { to: address, notice: reply },
      ...room.members.map((other) => ({
        to: other.address,
        notice: { type: 'peer-joined', peer, offers: offerer === 'first' } as const,
      })),
    ],
  ]
}

function leave(room: Room, from: string): Change {
  const answer: Effect = { to: from, notice: { type: 'left' } }
  const member = memberAt(room, from)
  if (!member) return [withoutLine(room, from), [answer]]
  const [next, effects] = removeAndSeat(room, member, 'left')
  return [next, [answer, ...effects]]
}

function connectionLost(room: Room, from: string): Change {
  const member = memberAt(room, from)
  if (!member) return [withWaiter(room, from, true), []]
  if (member.presence !== 'here') return [room, []]
  const next = withMember(room, { ...member, presence: 'away' })
  return [next, tellOthers(next, member, { type: 'peer-away', peer: member.id })]
}

function connectionBack(room: Room, from: string): Change {
  const member = memberAt(room, from)
  if (!member) return seatFromLine(withWaiter(room, from, false))
  if (member.presence === 'here') return [room, []]
  const next = withMember(room, { ...member, presence: 'here', isHeard: true })
  return [next, tellOthers(next, member, { type: 'peer-back', peer: member.id, isFresh: false })]
}

function graceOver(room: Room, from: string): Change {
  const member = memberAt(room, from)
  if (!member) return [withoutLine(room, from), []]
  if (member.presence !== 'away') return [room, []]
  if (!hasListener(room, member)) return removeAndSeat(room, member, 'lost')
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
  return isDue ? removeAndSeat(next, { ...peer, isHeard: false }, 'lost') : [next, []]
}

function signal(room: Room, event: Extract<RoomEvent, { type: 'signal' }>): Change {
  const member = memberAt(room, event.from)
  if (!member) return refuseStranger(room, event)
  const { to } = event
  const notice: Notice = { type: 'signal', from: member.id, signal: event.signal }
  const effects: Effect[] = []
  for (const peer of room.members) {
    if (peer !== member && (to === undefined || peer.id === to)) {
      effects.push({ to: peer.address, notice })
    }
  }
  if (effects.length > 0) return [room, effects]
  if (to !== undefined) {
    return [
      room,
      [{ to: event.from, notice: { type: 'refused', code: 'no-such-peer', ref: event.ref } }],
    ]
  }
  return [withMember(room, { ...member, kept: keep(room, member, event.signal) }), []]
}

/**
 * R6: what waits for a newcomer. An offer begins a new set; candidates add to it up to the bound;
 * the rest has nobody to go to.
 */
function keep(room: Room, { kept, dialect }: Member, added: Signal): readonly Signal[] {
  const { offerer, maxKeptCandidates } = room.policy
  if (offerer !== 'first' || !dialect.leavesOffers) return kept
  if (added.type === 'description') return added.description.type === 'offer' ? [added] : kept
  if (added.type !== 'candidate' || kept.length === 0) return kept
  if (kept.length > maxKeptCandidates) return kept
  return [...kept, added]
}

function chat(room: Room, event: Extract<RoomEvent, { type: 'chat' }>): Change {
  const member = memberAt(room, event.from)
  if (!member) return refuseStranger(room, event)
  return [room, tellOthers(room, member, { type: 'chat', from: member.id, text: event.text })]
}

function refuseStranger(room: Room, { from, ref }: { from: string; ref: number }): Change {
  return [room, [{ to: from, notice: { type: 'refused', code: 'not-in-room', ref } }]]
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

function canListen({ presence, dialect }: Member): boolean {
  return presence === 'here' && dialect.tellsHearing
}

/** R8: the member that makes room for a newcomer: first one whose time is over. */
function replaceable(room: Room): Member | undefined {
  const lost = room.members.filter((member) => mayBeReplaced(room, member))
  return lost.find((member) => member.presence === 'expired') ?? lost[0]
}

function remove(room: Room, member: Member, reason: PeerGoneReason): Change {
  const rest = others(room, member)
  // Seats that only this member kept alive by hearing them end with it.
  const isHeardOut = rest.some(canListen)
  const [members, ended] = partition(rest, (m) => isHeardOut || m.presence !== 'expired')
  const next = { ...room, members: members.map((other) => ({ ...other, kept: [] })) }
  // R10: should it come back after all, it must know that it has to join again.
  const losers = reason === 'lost' ? [member, ...ended] : ended
  return [
    next,
    [
      ...losers.map(({ address }) => ({ to: address, notice: { type: 'seat-lost' } as const })),
      ...tellOthers(next, member, { type: 'peer-left', peer: member.id, reason }),
      ...ended.flatMap((lost) =>
        tellOthers(next, lost, { type: 'peer-left', peer: lost.id, reason: 'lost' }),
      ),
    ],
  ]
}

function removeAndSeat(room: Room, member: Member, reason: PeerGoneReason): Change {
  const [freed, farewells] = remove(room, member, reason)
  const [next, greetings] = seatFromLine(freed)
  return [next, [...farewells, ...greetings]]
}

/** Gives free seats to those who wait and can be reached, first come first. */
function seatFromLine(room: Room): Change {
  const first = firstInLine(room)
  if (!first || !hasSeat(room)) return [room, []]
  const [seated, greetings] = seat(withoutLine(room, first.address), first)
  const [next, more] = seatFromLine(seated)
  return [next, [...greetings, ...more]]
}

function hasSeat(room: Room): boolean {
  return room.policy.capacity === 0 || room.members.length < room.policy.capacity
}

/** R7: who gets the next seat. */
function firstInLine(room: Room): Waiter | undefined {
  return room.line.find((waiter) => !waiter.isAway)
}

function memberAt(room: Room, address: string): Member | undefined {
  return room.members.find((member) => member.address === address)
}

function others(room: Room, member: Member): Member[] {
  return room.members.filter((other) => other.id !== member.id)
}

function tellOthers(room: Room, member: Member, notice: Notice): Effect[] {
  return others(room, member).map((other) => ({ to: other.address, notice }))
}

function joined(room: Room, member: Member, offers: boolean): Notice {
  const peers = others(room, member).map(({ id, name, tag, dialect, user, presence, kept }) => ({
    peer: { id, name, tag, dialect: dialect.name, ...ofUser(user) },
    isAway: presence !== 'here',
    signals: kept,
  }))
  return { type: 'joined', self: member.id, peers, offers }
}

function ofUser(user: UserId | undefined): { user?: UserId } {
  return user === undefined ? {} : { user }
}

function withMember(room: Room, member: Member): Room {
  return { ...room, members: room.members.map((m) => (m.id === member.id ? member : m)) }
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

function partition<Item>(items: Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))]
}
