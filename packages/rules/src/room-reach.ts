import { others } from './members.ts'
import type { ReachedPeer } from './notice.ts'
import type { Effect, Member, Room } from './room-state.ts'

/** Tells whoever minds the way of a member's media whom it exchanges media with, when that changed. */
export function tellReach(before: Room, after: Room): Effect[] {
  if (before.members === after.members) return []
  return after.members.flatMap((member) => {
    const { reach } = member
    if (reach === undefined) return []
    const former = before.members.find((each) => each.reach === reach)
    const now = reachOf(after, member)
    if (former && isSame(reachOf(before, former), now)) return []
    return [{ to: reach, notice: { type: 'reach', ...now } }]
  })
}

/** Tells who has no seat any more, after all else was said. */
export function tellReachOver(before: Room, after: Room): Effect[] {
  if (before.members === after.members) return []
  return before.members.flatMap(({ id, reach }) => {
    if (reach === undefined || after.members.some((each) => each.reach === reach)) return []
    // R10: the same run of a page goes on with a new session, and so does its media.
    const heir = after.members.find((each) => each.id === id)?.reach
    return [{ to: reach, notice: { type: 'reach-over', ...(heir !== undefined && { heir }) } }]
  })
}

interface Reached {
  peers: ReachedPeer[]
  isUnseen: boolean
}

function reachOf(room: Room, member: Member): Reached {
  const peers = others(room, member).map(({ id, ip }) => ({ id, ...(ip !== undefined && { ip }) }))
  // Who is alone has nobody to tell an address to.
  const isUnseen = peers.length > 0 && room.members.some(({ presence }) => presence !== 'here')
  return { peers, isUnseen }
}

function isSame(a: Reached, b: Reached): boolean {
  return (
    a.isUnseen === b.isUnseen &&
    a.peers.length === b.peers.length &&
    a.peers.every(({ id, ip }, index) => id === b.peers[index]?.id && ip === b.peers[index].ip)
  )
}
