import type { RefusalCode } from './notice.ts'
import type { Effect, Member, Newcomer, Room } from './room-state.ts'

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
  return receiverOf(members) ? undefined : 'cast-over'
}

/** T2: another run of the receiver's page, which makes room for this one. */
export function displacedBy({ members }: Room, newcomer: Newcomer): Member | undefined {
  const former = receiverOf(members)
  return newcomer.receiver && former?.tag !== newcomer.tag ? former : undefined
}

/** Who has the receiver's seat. */
export function receiverOf(members: readonly Member[]): Member | undefined {
  return members.find(({ receiver }) => receiver !== undefined)
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

/** T5: what is kept is over after a while, and what is over is forgotten after another. */
export function withDueCode({ code, ...room }: Room): Room {
  if (code?.name === 'kept') return { ...room, code: { name: 'over' } }
  return code?.name === 'shown' ? { ...room, code } : room
}

/** Whoever watches the room hears what became of its code. */
export function tellCode(before: Room, { code, policy }: Room): Effect[] {
  if (policy.watcher === undefined || before.code?.name === code?.name) return []
  return [{ to: policy.watcher, notice: { type: 'code', state: code?.name } }]
}
