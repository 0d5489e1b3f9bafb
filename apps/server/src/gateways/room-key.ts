import { normalizeRoomName } from '@duet/protocol'

/**
 * Where the hub keeps the room that clients of any dialect call `name`. Names that Duet's own
 * links can carry lead to the same room in every dialect (docs/protocol.md, R2); what existing
 * clients invent beyond that lives beside them, exactly as it is written.
 */
export function roomKey(name: string): string {
  const result = normalizeRoomName(name)
  return result.ok ? result.name : foreignKey('room', name)
}

/** A key that no room name can have: `?` stands in none. */
export function foreignKey(kind: 'room' | 'subject', name: string): string {
  return `?${kind}:${name}`
}
