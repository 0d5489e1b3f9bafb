import { messageOf, type Clock, type Logger } from '@duet/base'
import {
  callOfLegRoom,
  isCastRoomName,
  type RefusalCode,
  type RoomPolicy,
  type UserId,
} from '@duet/rules'
import type { People } from '../people/people.ts'
import type { RoomStore } from '../store/room-store.ts'
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
export const OPEN_ACCESS: RoomAccess = (room) =>
  isCastRoomName(room) ? { refusal: 'not-allowed' } : { policy: TALK_FOR_TWO }

export interface RoomAccessOptions {
  rooms: Pick<RoomStore, 'byName'>
  people: Pick<People, 'legPolicy'>
  /** Who may open rooms that no account opened before. */
  openedBy: 'everyone' | 'accounts'
  clock: Clock
  logger: Logger
}

/** Rules K8, T1, W1, W2 and W3 of docs/protocol.md: who gets into a room by its name. */
export function createRoomAccess(options: RoomAccessOptions): RoomAccess {
  const { rooms, people, openedBy, clock, logger } = options
  const unopened: RoomPolicy =
    openedBy === 'accounts' ? { ...TALK_FOR_TWO, needsAccount: true } : TALK_FOR_TWO

  const judgeLeg = async (
    user: UserId | undefined,
    leg: { call: string; leg: number },
  ): Promise<RoomVerdict> => {
    const policy = user === undefined ? undefined : await people.legPolicy(user, leg.call, leg.leg)
    return policy ? { policy } : { refusal: 'not-allowed' }
  }

  const judgeNamed = async (name: string): Promise<RoomVerdict> => {
    const room = await rooms.byName(name)
    if (!room) return { policy: unopened }
    const now = clock.now()
    const isValid = (room.validFrom ?? now) <= now && now <= (room.validUntil ?? now)
    if (!isValid) return { refusal: 'room-closed' }
    return { policy: room.hasWaitingRoom ? { ...TALK_FOR_TWO, host: room.owner } : TALK_FOR_TWO }
  }

  return async (room, user) => {
    // Only a code leads there.
    if (isCastRoomName(room)) return { refusal: 'not-allowed' }
    const leg = callOfLegRoom(room)
    try {
      return leg ? await judgeLeg(user, leg) : await judgeNamed(room)
    } catch (error) {
      logger.error('a join could not be judged', { error: messageOf(error) })
      return { refusal: 'unavailable' }
    }
  }
}
