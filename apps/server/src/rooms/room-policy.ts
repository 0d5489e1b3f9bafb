import { MAX_KEPT_CANDIDATES, MAX_WAITING } from '@duet/protocol'
import { emptyRoom, type Room, type RoomEvent, type RoomPolicy } from '@duet/rules'

/** B1: what two who talk may agree to, and where it is heard what to do. */
export const CAPTURES_OF_TWO: NonNullable<RoomPolicy['captures']> = {
  purposes: ['record', 'live'],
  watcher: 'captures',
}

/** A call between two: whoever is there first makes the offer, in every dialect. */
export const TALK_FOR_TWO: RoomPolicy = {
  capacity: 2,
  offerer: 'first',
  maxWaiting: MAX_WAITING,
  maxKeptCandidates: MAX_KEPT_CANDIDATES,
  captures: CAPTURES_OF_TWO,
}

/** The room as an event shall find it: whoever joins brings the policy that is right now. */
export function withPolicy(room: Room | undefined, policy: RoomPolicy, event: RoomEvent): Room {
  if (!room) return emptyRoom(policy)
  return event.type === 'join' && room.policy !== policy ? { ...room, policy } : room
}
