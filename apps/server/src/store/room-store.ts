import type { UserId } from '@duet/rules'

/** A room that an account opened, with rules of its own. */
export interface OpenedRoom {
  /** In the one form of `normalizeRoomName`; unique. */
  name: string
  owner: UserId
  /** Guests knock and are let in by the owner. */
  hasWaitingRoom: boolean
  /** Null: always. */
  validFrom: number | null
  validUntil: number | null
  createdAt: number
}

export interface RoomStore {
  /** Rejects with `name-taken`. */
  open(room: OpenedRoom): Promise<void>
  byName(name: string): Promise<OpenedRoom | undefined>
  roomsOf(owner: UserId): Promise<OpenedRoom[]>
  /** False when the user owns no such room. */
  close(owner: UserId, name: string): Promise<boolean>
}
