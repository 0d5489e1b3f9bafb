import type { CallEndReason, CallId, CallMedia, UserId } from '@duet/rules'
import { numberOrNull } from './account-rows.ts'
import type { CallRecord, CallReport, CallStore } from './call-store.ts'
import type { SqlDatabase, SqlInteger, SqlValue } from './sql/database.ts'
import { insertion } from './sql/engine.ts'
import { UniqueViolation } from './sql/unique-violation.ts'
import { StoreError } from './store-error.ts'

const COLUMNS =
  'id, caller_id, callee_id, media, started_at, answered_at, ended_at, reason, words, ended_by'

/** Calls that this user was part of and did not delete; takes the user's id twice. */
const OWN = '((caller_id = ? AND caller_forgot = 0) OR (callee_id = ? AND callee_forgot = 0))'

/** The history of calls in SQL. */
export class SqlCallStore implements CallStore {
  readonly #database: SqlDatabase

  constructor(database: SqlDatabase) {
    this.#database = database
  }

  async begin(call: CallRecord): Promise<void> {
    try {
      await this.#database.run(
        insertion('calls', [...COLUMNS.split(', '), 'caller_forgot', 'callee_forgot']),
        [
          call.id,
          call.caller,
          call.callee,
          call.media,
          call.startedAt,
          call.answeredAt,
          call.endedAt,
          call.reason,
          call.text,
          call.endedBy,
          0,
          0,
        ],
      )
    } catch (error) {
      // It was begun before.
      if (!(error instanceof UniqueViolation)) throw error
    }
  }

  async answer(id: CallId, answeredAt: number): Promise<void> {
    await this.#database.run(
      'UPDATE calls SET answered_at = ? WHERE id = ? AND answered_at IS NULL AND ended_at IS NULL',
      [answeredAt, id],
    )
  }

  async end(
    id: CallId,
    end: { endedAt: number; reason: CallEndReason; text?: string; endedBy?: UserId },
  ): Promise<void> {
    await this.#database.run(
      `UPDATE calls SET ended_at = ?, reason = ?, words = ?, ended_by = ?
       WHERE id = ? AND ended_at IS NULL`,
      [end.endedAt, end.reason, end.text ?? null, end.endedBy ?? null, id],
    )
  }

  async unended(): Promise<CallRecord[]> {
    return this.#calls('ended_at IS NULL ORDER BY started_at, id', [])
  }

  async callOf(userId: UserId, id: CallId): Promise<CallRecord | undefined> {
    const [call] = await this.#calls(`id = ? AND ${OWN}`, [id, userId, userId])
    return call
  }

  callsOf(userId: UserId, page: { before?: number; limit: number }): Promise<CallRecord[]> {
    return this.#calls(`${OWN} AND started_at < ? ORDER BY started_at DESC, id DESC LIMIT ?`, [
      userId,
      userId,
      page.before ?? Number.MAX_SAFE_INTEGER,
      page.limit,
    ])
  }

  async missedCount(userId: UserId): Promise<number> {
    const [row] = await this.#database.rows<{ missed: SqlInteger }>(
      `SELECT COUNT(*) AS missed FROM calls
       WHERE callee_id = ? AND callee_forgot = 0 AND answered_at IS NULL
         AND reason IS NOT NULL AND reason <> 'declined'
         AND ended_at > (SELECT calls_seen_at FROM users WHERE id = ?)`,
      [userId, userId],
    )
    return Number(row?.missed ?? 0)
  }

  async markSeen(userId: UserId, at: number): Promise<void> {
    await this.#database.run(
      'UPDATE users SET calls_seen_at = ? WHERE id = ? AND calls_seen_at < ?',
      [at, userId, at],
    )
  }

  forget(userId: UserId, id?: CallId): Promise<void> {
    const [which, values]: [string, SqlValue[]] =
      id === undefined ? ['', []] : [' AND id = ?', [id]]
    return this.#database.transaction(async (session) => {
      // A call that goes on is not history yet.
      await session.run(
        `UPDATE calls SET caller_forgot = 1 WHERE caller_id = ? AND ended_at IS NOT NULL${which}`,
        [userId, ...values],
      )
      await session.run(
        `UPDATE calls SET callee_forgot = 1 WHERE callee_id = ? AND ended_at IS NOT NULL${which}`,
        [userId, ...values],
      )
      await session.run(
        `DELETE FROM calls WHERE (caller_id = ? OR callee_id = ?)
         AND caller_forgot = 1 AND callee_forgot = 1${which}`,
        [userId, userId, ...values],
      )
    })
  }

  report(id: CallId, { userId, at, figures }: CallReport): Promise<void> {
    return this.#database.transaction(async (session) => {
      const { forUpdate, upsert } = session.engine
      const calls = await session.rows(`SELECT id FROM calls WHERE id = ? AND ${OWN}${forUpdate}`, [
        id,
        userId,
        userId,
      ])
      if (calls.length === 0) throw new StoreError('not-found', 'there is no such call')
      await session.run(upsert('call_reports', ['call_id', 'user_id'], ['made_at', 'figures']), [
        id,
        userId,
        at,
        figures,
      ])
    })
  }

  async reportsOf(id: CallId): Promise<CallReport[]> {
    const rows = await this.#database.rows<{
      user_id: SqlInteger
      made_at: SqlInteger
      figures: string
    }>('SELECT user_id, made_at, figures FROM call_reports WHERE call_id = ? ORDER BY user_id', [
      id,
    ])
    return rows.map((row) => ({
      userId: Number(row.user_id),
      at: Number(row.made_at),
      figures: row.figures,
    }))
  }

  async #calls(condition: string, values: readonly SqlValue[]): Promise<CallRecord[]> {
    const rows = await this.#database.rows<CallRow>(
      `SELECT ${COLUMNS} FROM calls WHERE ${condition}`,
      values,
    )
    return rows.map(callOf)
  }
}

interface CallRow {
  id: string
  caller_id: SqlInteger
  callee_id: SqlInteger
  media: CallMedia
  started_at: SqlInteger
  answered_at: SqlInteger | null
  ended_at: SqlInteger | null
  reason: CallEndReason | null
  words: string | null
  ended_by: SqlInteger | null
}

function callOf(row: CallRow): CallRecord {
  return {
    id: row.id,
    caller: Number(row.caller_id),
    callee: Number(row.callee_id),
    media: row.media,
    startedAt: Number(row.started_at),
    answeredAt: numberOrNull(row.answered_at),
    endedAt: numberOrNull(row.ended_at),
    reason: row.reason,
    text: row.words,
    endedBy: numberOrNull(row.ended_by),
  }
}
