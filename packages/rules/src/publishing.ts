import { memberAt, others, refuseStranger, tellOthers, withMember } from './members.ts'
import type { Change, Room, RoomEvent } from './room-state.ts'

/** R17: its media can be played from the media server, or no more. */
export function publishing(
  room: Room,
  { from, isPublishing }: Extract<RoomEvent, { type: 'publishing' }>,
): Change {
  const member = memberAt(room, from)
  if (!member || member.isPublishing === isPublishing) return [room, []]
  const next = withMember(room, { ...member, isPublishing })
  return [
    next,
    tellOthers(next, member, { type: 'peer-publishing', peer: member.id, isPublishing }),
  ]
}

/** V1: only members, and only with members. */
export function requestMedia(
  room: Room,
  event: Extract<RoomEvent, { type: 'request-media' }>,
): Change {
  const { from: to, peer, ref } = event
  const member = memberAt(room, to)
  if (!member) return refuseStranger(room, event)
  const other = others(room, member).find(({ id }) => id === peer)
  if (!other) return [room, [{ to, notice: { type: 'refused', code: 'no-such-peer', ref } }]]
  // V6: ids are unguessable, labels are what such a peer knows.
  const isOpen = other.dialect.streamsByLabel === true
  const [publishes, plays] = isOpen ? [member.label, other.label] : [member.id, other.id]
  return [room, [{ to, notice: { type: 'media-allowed', publishes, plays, isOpen, ref } }]]
}
