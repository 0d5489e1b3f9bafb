import type { UserId } from '@duet/rules'
import { numberOrNull } from './account-rows.ts'
import type {
  RecordedFileInfo,
  Recording,
  RecordingChange,
  RecordingOwner,
  RecordingState,
  RecordingStore,
} from './recording-store.ts'
import type { SqlDatabase, SqlInteger, SqlValue } from './sql/database.ts'
import { insertion } from './sql/engine.ts'

const COLUMNS = [
  'id',
  'key_digest',
  'room',
  'started_at',
  'ended_at',
  'state',
  'fault',
  'files',
  'bytes',
  'names',
]

/** How a change is written down: the columns it touches. */
const COLUMNS_OF: Record<keyof RecordingChange, string> = {
  endedAt: 'ended_at',
  state: 'state',
  fault: 'fault',
  files: 'files',
}

/** Which recordings are whose. */
const OF_OWNER: Record<RecordingOwner, string> = {
  accounts: 'id IN (SELECT recording_id FROM recording_users)',
  nobody: 'id NOT IN (SELECT recording_id FROM recording_users)',
}

/** Recordings in SQL: what is known of them, not what is heard and seen. */
export class SqlRecordingStore implements RecordingStore {
  readonly #database: SqlDatabase

  constructor(database: SqlDatabase) {
    this.#database = database
  }

  begin(recording: Recording): Promise<void> {
    const { id, keyDigest, room, startedAt, endedAt, state, fault, files } = recording
    return this.#database.transaction(async (session) => {
      await session.run(insertion('recordings', COLUMNS), [
        id,
        keyDigest,
        room,
        startedAt,
        endedAt,
        state,
        fault,
        JSON.stringify(files),
        bytesOf(files),
        JSON.stringify(recording.names),
      ])
      for (const user of new Set(recording.users)) {
        await session.run(insertion('recording_users', ['user_id', 'recording_id']), [user, id])
      }
    })
  }

  async change(id: string, change: RecordingChange): Promise<boolean> {
    const places: [column: string, value: SqlValue][] = []
    for (const key of ['endedAt', 'state', 'fault'] as const) {
      const value = change[key]
      if (value !== undefined) places.push([COLUMNS_OF[key], value])
    }
    if (change.files) {
      places.push(['files', JSON.stringify(change.files)], ['bytes', bytesOf(change.files)])
    }
    if (places.length === 0) return (await this.byId(id)) !== undefined
    const changed = await this.#database.run(
      `UPDATE recordings SET ${places.map(([column]) => `${column} = ?`).join(', ')} WHERE id = ?`,
      [...places.map(([, value]) => value), id],
    )
    return changed > 0
  }

  async byId(id: string): Promise<Recording | undefined> {
    const [recording] = await this.#recordings('id = ?', [id])
    return recording
  }

  recordingsOf(userId: UserId, page: { before?: number; limit: number }): Promise<Recording[]> {
    return this.#recordings(
      `id IN (SELECT recording_id FROM recording_users WHERE user_id = ?) AND started_at < ?
       ORDER BY started_at DESC, id DESC LIMIT ?`,
      [userId, page.before ?? Number.MAX_SAFE_INTEGER, page.limit],
    )
  }

  async unfinished(): Promise<Recording[]> {
    const found = await this.#recordings(
      `(state IN ('recording', 'merging') OR (state = 'interrupted' AND fault IS NULL))
       ORDER BY started_at, id`,
      [],
    )
    return found.filter(({ state, files }) => state !== 'interrupted' || !isMerged(files))
  }

  oldest(limit: number, owner?: RecordingOwner): Promise<Recording[]> {
    const isOwners = owner === undefined ? '' : `AND ${OF_OWNER[owner]}`
    return this.#recordings(
      `state IN ('ready', 'interrupted') ${isOwners} ORDER BY ended_at, started_at, id LIMIT ?`,
      [limit],
    )
  }

  async bytesByOwner(): Promise<Record<RecordingOwner, number>> {
    const totalOf = async (owner: RecordingOwner): Promise<number> => {
      const [row] = await this.#database.rows<{ total: SqlInteger | null }>(
        `SELECT SUM(bytes) AS total FROM recordings WHERE ${OF_OWNER[owner]}`,
      )
      return Number(row?.total ?? 0)
    }
    return { accounts: await totalOf('accounts'), nobody: await totalOf('nobody') }
  }

  delete(id: string): Promise<boolean> {
    return this.#database.transaction(async (session) => {
      await session.run('DELETE FROM recording_users WHERE recording_id = ?', [id])
      return (await session.run('DELETE FROM recordings WHERE id = ?', [id])) > 0
    })
  }

  async #recordings(condition: string, values: readonly SqlValue[]): Promise<Recording[]> {
    const rows = await this.#database.rows<RecordingRow>(
      `SELECT ${COLUMNS.join(', ')} FROM recordings WHERE ${condition}`,
      values,
    )
    if (rows.length === 0) return []
    const users = await this.#database.rows<{ recording_id: string; user_id: SqlInteger }>(
      `SELECT recording_id, user_id FROM recording_users
       WHERE recording_id IN (${rows.map(() => '?').join(', ')}) ORDER BY user_id`,
      rows.map(({ id }) => id),
    )
    const usersById = Map.groupBy(users, ({ recording_id: id }) => id)
    return rows.map((row) => ({
      id: row.id,
      keyDigest: row.key_digest,
      room: row.room,
      startedAt: Number(row.started_at),
      endedAt: numberOrNull(row.ended_at),
      state: row.state,
      fault: row.fault,
      files: JSON.parse(row.files) as RecordedFileInfo[],
      names: JSON.parse(row.names) as string[],
      users: (usersById.get(row.id) ?? []).map(({ user_id: user }) => Number(user)),
    }))
  }
}

function isMerged(files: readonly RecordedFileInfo[]): boolean {
  return files.some(({ member }) => member === null)
}

function bytesOf(files: readonly RecordedFileInfo[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0)
}

interface RecordingRow {
  id: string
  key_digest: string
  room: string
  started_at: SqlInteger
  ended_at: SqlInteger | null
  state: RecordingState
  fault: string | null
  files: string
  names: string
}
