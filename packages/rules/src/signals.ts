import { memberAt, refuseStranger, tellOthers, withMember } from './members.ts'
import type { Notice, Signal } from './notice.ts'
import type { Change, Effect, Member, Room, RoomEvent } from './room-state.ts'

/** R5: to one of the others or all of them; what nobody hears may wait for a newcomer. */
export function signal(room: Room, event: Extract<RoomEvent, { type: 'signal' }>): Change {
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

/** A line of text to all others. */
export function chat(room: Room, event: Extract<RoomEvent, { type: 'chat' }>): Change {
  const member = memberAt(room, event.from)
  if (!member) return refuseStranger(room, event)
  return [room, tellOthers(room, member, { type: 'chat', from: member.id, text: event.text })]
}
