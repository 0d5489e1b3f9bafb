import type { UserId } from '@duet/rules'
import type { SqlSession } from './sql/database.ts'

/**
 * Takes out what is only this user's. Messages and calls stay for the other side, until that is
 * deleted too; the row stays without a name, so that the id is never used again.
 */
export async function deleteUser(session: SqlSession, id: UserId): Promise<void> {
  const statements: [sql: string, places: number][] = [
    // With their push subscriptions.
    ['DELETE FROM logins WHERE user_id = ?', 1],
    ['DELETE FROM push_subscriptions WHERE user_id = ?', 1],
    ['DELETE FROM links WHERE user_id = ?', 1],
    ['DELETE FROM contacts WHERE user_id = ? OR other_id = ?', 2],
    ['DELETE FROM blocks WHERE user_id = ? OR other_id = ?', 2],
    ['DELETE FROM call_reports WHERE user_id = ?', 1],
    ['DELETE FROM rooms WHERE owner_id = ?', 1],
    // The other one keeps what was recorded of both.
    ['DELETE FROM recording_users WHERE user_id = ?', 1],
    ['UPDATE calls SET caller_forgot = 1 WHERE caller_id = ?', 1],
    ['UPDATE calls SET callee_forgot = 1 WHERE callee_id = ?', 1],
    [
      `DELETE FROM calls WHERE (caller_id = ? OR callee_id = ?)
        AND caller_forgot = 1 AND callee_forgot = 1`,
      2,
    ],
    [
      `UPDATE users SET name = NULL, display_name = '', password_hash = '', is_administrator = 0,
        do_not_disturb = 0, last_seen_at = NULL WHERE id = ?`,
      1,
    ],
    ['DELETE FROM conversations WHERE user_id = ?', 1],
    // low_id is 0 for messages to everyone.
    [
      `DELETE FROM messages WHERE low_id = ?
        AND high_id IN (SELECT id FROM users WHERE name IS NULL)`,
      1,
    ],
    [
      `DELETE FROM messages WHERE high_id = ?
        AND low_id IN (SELECT id FROM users WHERE name IS NULL)`,
      1,
    ],
  ]
  for (const [sql, places] of statements) {
    await session.run(
      sql,
      Array.from({ length: places }, () => id),
    )
  }
}
