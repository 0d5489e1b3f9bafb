import type { RoomPolicy, UserId } from '@duet/rules'

/** Who is let into a room, and under which policy it stands. */
export type RoomVerdict =
  | { policy: RoomPolicy }
  | { refusal: 'not-signed-in' | 'not-allowed' | 'room-closed' | 'unavailable' }

/**
 * Judges a join, in every dialect: `room` is the room's key in the hub, `user` who is logged in.
 * At once where nothing has to be looked up.
 */
export type RoomAccess = (
  room: string,
  user: UserId | undefined,
) => RoomVerdict | Promise<RoomVerdict>
