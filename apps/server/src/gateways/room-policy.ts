import { MAX_KEPT_CANDIDATES, MAX_WAITING } from '@duet/protocol'
import type { RoomPolicy } from '@duet/rules'

/** A call between two: whoever is there first makes the offer, in every dialect. */
export const TALK_FOR_TWO: RoomPolicy = {
  capacity: 2,
  offerer: 'first',
  maxWaiting: MAX_WAITING,
  maxKeptCandidates: MAX_KEPT_CANDIDATES,
}
