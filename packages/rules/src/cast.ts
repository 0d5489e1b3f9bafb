import { canListen, memberAt, others, receiverOf, refuseStranger, remove } from './members.ts'
import type { DismissalReason, RefusalCode } from './notice.ts'
import type { Change, Effect, Member, Newcomer, Room, RoomEvent } from './room-state.ts'

/** What every room of a cast is called; what follows is its code. */
const ROOM_PREFIX = '~tv.'

/** The room behind a code, which no link leads into: its names are in lower case. */
export function castRoomName(code: string): string {
  return ROOM_PREFIX + code.toLowerCase()
}

/** Whether a room is one of casts: only a code leads into it. */
export function isCastRoomName(name: string): boolean {
  return name.startsWith(ROOM_PREFIX)
}

/** T2, T3: why `newcomer` does not get into a cast; undefined: as far as its code goes, it does. */
export function castRefusalOf(
  { code, members }: Room,
  newcomer: Newcomer,
): Extract<RefusalCode, 'no-such-cast' | 'cast-over' | 'code-taken'> | undefined {
  const { receiver, tag } = newcomer
  if (receiver) {
    const isTaken = code && code.name !== 'over' && code.holder !== receiver.holder
    return isTaken ? 'code-taken' : undefined
  }
  if (members.some((member) => member.tag === tag)) return undefined
  if (!code) return 'no-such-cast'
  const seated = receiverOf(members)
  // One that only its sender hears (R11) is gone with that sender, whose seat this one would take.
  const isThere = seated && (seated.presence !== 'expired' || members.some(canListen))
  return isThere ? undefined : 'cast-over'
}

/** T2: another run of the receiver's page, which makes room for this one. */
export function displacedBy({ members }: Room, newcomer: Newcomer): Member | undefined {
  const former = receiverOf(members)
  return newcomer.receiver && former?.tag !== newcomer.tag ? former : undefined
}

/** T5: a code is shown while its receiver has its seat, and kept when it has not any more. */
export function withCode(room: Room): Room {
  const { code, members, policy } = room
  if (!policy.isCast) return room
  const holder = receiverOf(members)?.receiver?.holder
  if (holder !== undefined) {
    if (code?.name === 'shown' && code.holder === holder) return room
    return { ...room, code: { name: 'shown', holder } }
  }
  return code?.name === 'shown' ? { ...room, code: { ...code, name: 'kept' } } : room
}

/** Whoever watches the room hears what became of its code. */
export function tellCode(before: Room, { code, policy }: Room): Effect[] {
  if (policy.watcher === undefined || before.code?.name === code?.name) return []
  return [{ to: policy.watcher, notice: { type: 'code', state: code?.name } }]
}

/** T4: the sender is put out, and knows by whom. */
export function dismiss(
  room: Room,
  { from, peer, ref }: Extract<RoomEvent, { type: 'dismiss' }>,
): Change {
  const member = memberAt(room, from)
  if (!member) return refuseStranger(room, { from, ref })
  if (!member.receiver) {
    return [room, [{ to: from, notice: { type: 'refused', code: 'not-allowed', ref } }]]
  }
  const meant = others(room, member).filter(({ id }) => peer === undefined || id === peer)
  return putOut(room, meant, 'receiver')
}

/** T5: what is kept is over after a while, and what is over is forgotten after another. */
export function codeIsDue(room: Room): Change {
  if (room.code?.name === 'kept') {
    const [next, farewells] = putOut(room, room.members, 'receiver-gone')
    return [{ ...next, code: { name: 'over' } }, farewells]
  }
  if (room.code?.name !== 'over') return [room, []]
  const { code: _forgotten, ...rest } = room
  return [rest, []]
}

/** What is told to oneself, the receiver, comes before what is told to those who go (R3). */
function putOut(room: Room, members: readonly Member[], reason: DismissalReason): Change {
  const told: Effect[] = []
  let next = room
  for (const member of members) {
    const [rest, farewells] = remove(next, member, { reason: 'left' })
    next = rest
    told.push(...farewells, { to: member.address, notice: { type: 'dismissed', reason } })
  }
  return [next, told]
}
