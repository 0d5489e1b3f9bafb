import { MAX_WAITING } from '@duet/protocol'
import type { RoomPolicy } from '@duet/rules'
import { TALK_FOR_TWO } from '../../rooms/room-policy.ts'
import { foreignKey, roomKey } from '../room-key.ts'

/** Subjects that begin so are calls. */
const CALL_PREFIX = 'room-'

/** The room of the core that a subject stands for. */
export interface Place {
  key: string
  policy: RoomPolicy
  /** Whether clients of other dialects can be there as well. */
  isBridged: boolean
}

/** The place of a subject, when `capacity` clients hear each other in a call; 0: all of them. */
export function placeOf(subject: string, capacity: number): Place {
  const isCall = subject.startsWith(CALL_PREFIX)
  if (isCall && capacity === TALK_FOR_TWO.capacity) {
    return {
      key: roomKey(subject.slice(CALL_PREFIX.length)),
      policy: TALK_FOR_TWO,
      isBridged: true,
    }
  }
  return {
    key: foreignKey('subject', subject),
    policy: isCall ? apart(capacity) : OPEN,
    isBridged: false,
  }
}

/** A room of this dialect alone, whose clients agree by themselves who offers. */
function apart(capacity: number): RoomPolicy {
  return { capacity, offerer: 'none', maxWaiting: MAX_WAITING, maxKeptCandidates: 0 }
}

/** Plain publish and subscribe. */
const OPEN = apart(0)
