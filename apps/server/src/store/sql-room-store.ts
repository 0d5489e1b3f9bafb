import type { UserId } from '@duet/rules'
import { numberOrNull } from './account-rows.ts'
import type { OpenedRoom, RoomStore } from './room-store.ts'
import type { SqlDatabase, SqlInteger, SqlValue } from './sql/database.ts'
import { insertion } from './sql/engine.ts'
import { UniqueViolation } from './sql/unique-violation.ts'
import { StoreError } from './store-error.ts'

const COLUMNS = ['name', 'owner_id', 'has_waiting_room', 'valid_from', 'valid_until', 'created_at']

/** Rooms of accounts in SQL. */
export class SqlRoomStore implements RoomStore {
  readonly #database: SqlDatabase

  constructor(database: SqlDatabase) {
    this.#database = database
  }

  async open(room: OpenedRoom): Promise<void> {
    try {
      await this.#database.run(insertion('rooms', COLUMNS), [
        room.name,
        room.owner,
        Number(room.hasWaitingRoom),
        room.validFrom,
        room.validUntil,
        room.createdAt,
      ])
    } catch (error) {
      if (!(error instanceof UniqueViolation)) throw error
      throw new StoreError('name-taken', 'another room has the name', { cause: error })
    }
  }

  async byName(name: string): Promise<OpenedRoom | undefined> {
    const [room] = await this.#rooms('name = ?', name)
    return room
  }

  roomsOf(owner: UserId): Promise<OpenedRoom[]> {
    return this.#rooms('owner_id = ? ORDER BY name', owner)
  }

  async close(owner: UserId, name: string): Promise<boolean> {
    const changed = await this.#database.run('DELETE FROM rooms WHERE owner_id = ? AND name = ?', [
      owner,
      name,
    ])
    return changed > 0
  }

  async #rooms(condition: string, value: SqlValue): Promise<OpenedRoom[]> {
    const rows = await this.#database.rows<RoomRow>(
      `SELECT ${COLUMNS.join(', ')} FROM rooms WHERE ${condition}`,
      [value],
    )
    return rows.map((row) => ({
      name: row.name,
      owner: Number(row.owner_id),
      hasWaitingRoom: Number(row.has_waiting_room) === 1,
      validFrom: numberOrNull(row.valid_from),
      validUntil: numberOrNull(row.valid_until),
      createdAt: Number(row.created_at),
    }))
  }
}

interface RoomRow {
  name: string
  owner_id: SqlInteger
  has_waiting_room: SqlInteger
  valid_from: SqlInteger | null
  valid_until: SqlInteger | null
  created_at: SqlInteger
}
