import { roomKey } from '../room-key.ts'

/** A room as its client calls it. */
export interface RoomName {
  /** As the client spelled it. */
  spelling: string
  /** Where the hub keeps it. */
  key: string
}

/** Reads the name of a room; older clients send numbers and booleans, too. */
export function readRoomName(value: unknown): RoomName | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    return undefined
  }
  const spelling = String(value)
  return { spelling, key: roomKey(spelling) }
}
