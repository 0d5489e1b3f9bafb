import type { RefusalCode, RoomPolicy, UserId } from '@duet/rules'
import { TALK_FOR_TWO } from './room-policy.ts'

/** Who is let into a room, and under which policy it stands. */
export type RoomVerdict =
  | { policy: RoomPolicy }
  | { refusal: Extract<RefusalCode, 'not-allowed' | 'room-closed' | 'unavailable'> }

/**
 * Judges a join, in every dialect: `room` is the room's key in the hub, `user` who is logged in.
 * At once where nothing has to be looked up. Never rejects.
 */
export type RoomAccess = (
  room: string,
  user: UserId | undefined,
) => RoomVerdict | Promise<RoomVerdict>

/** Every room is open to everybody. */
export const OPEN_ACCESS: RoomAccess = () => ({ policy: TALK_FOR_TWO })
