import type { MemberInfo, Notice, PeerGoneReason } from './notice.ts'
import type { Change, Effect, Member, Room } from './room-state.ts'

/** How a member goes: what the others hear, and what it hears itself. */
export interface Removal {
  reason: PeerGoneReason
  told?: Notice
}

/** R10: should it come back after all, it must know that it has to join again. */
export const SEAT_LOST: Notice = { type: 'seat-lost' }

/** Its connection did not come back. */
export const LOST: Removal = { reason: 'lost', told: SEAT_LOST }

/** By its own will. */
export const LEFT: Removal = { reason: 'left' }

/** T2: the receiver's page was opened anew. */
export const DISPLACED: Removal = {
  reason: 'lost',
  told: { type: 'dismissed', reason: 'displaced' },
}

/** Who sits at this address. */
export function memberAt(room: Room, address: string): Member | undefined {
  return room.members.find((member) => member.address === address)
}

/** T2: who has the receiver's seat. */
export function receiverOf(members: readonly Member[]): Member | undefined {
  return members.find(({ receiver }) => receiver !== undefined)
}

/** A member as the others know it. */
export function infoOf({ id, name, label, tag, dialect, user }: Member): MemberInfo {
  const ofUser = user === undefined ? {} : { user }
  return { id, name, label, tag, dialect: dialect.name, ...ofUser }
}

/** Everybody in the room but one. */
export function others(room: Room, member: Member): Member[] {
  return room.members.filter((other) => other.id !== member.id)
}

/** The same word to everybody in the room but one. */
export function tellOthers(room: Room, member: Member, notice: Notice): Effect[] {
  return others(room, member).map((other) => ({ to: other.address, notice }))
}

/** The room with another state of one of its members. */
export function withMember(room: Room, member: Member): Room {
  return { ...room, members: room.members.map((m) => (m.id === member.id ? member : m)) }
}

/** R11, R14: it is here, and would say if it did not hear somebody any more. */
export function canListen({ presence, dialect }: Member): boolean {
  return presence === 'here' && dialect.tellsHearing
}

/** The room without one of its members, and what is told to whom. */
export function remove(room: Room, member: Member, { reason, told }: Removal): Change {
  const rest = others(room, member)
  // Seats that only this member kept alive by hearing them end with it.
  const isHeardOut = rest.some(canListen)
  const [members, ended] = partition(rest, (m) => isHeardOut || m.presence !== 'expired')
  const next = { ...room, members: members.map((other) => ({ ...other, kept: [] })) }
  return [
    next,
    [
      ...(told ? [{ to: member.address, notice: told }] : []),
      ...ended.map(({ address }) => ({ to: address, notice: SEAT_LOST })),
      ...tellOthers(next, member, { type: 'peer-left', peer: member.id, reason }),
      ...ended.flatMap((lost) =>
        tellOthers(next, lost, { type: 'peer-left', peer: lost.id, reason: 'lost' }),
      ),
    ],
  ]
}

/** Only members are heard. */
export function refuseStranger(room: Room, { from, ref }: { from: string; ref: number }): Change {
  return [room, [{ to: from, notice: { type: 'refused', code: 'not-in-room', ref } }]]
}

function partition<Item>(items: Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))]
}
