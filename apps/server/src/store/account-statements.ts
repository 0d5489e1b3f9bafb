import type { UserId } from '@duet/rules'
import { userOf, USER_COLUMNS, type UserRow } from './account-rows.ts'
import type { LinkKind, NewUser, User } from './account-store.ts'
import type { SqlInteger, SqlSession } from './sql/database.ts'
import { insertion } from './sql/engine.ts'
import { lastId, nextId } from './sql/next-id.ts'
import { StoreError } from './store-error.ts'

/** Adds a user, for whom nothing that was written to everyone before is unread. */
export async function insertUser(session: SqlSession, user: NewUser, now: number): Promise<User> {
  const { name, displayName, passwordHash, isAdministrator } = user
  const id = await nextId(session, 'users')
  await session.run(
    insertion('users', [
      'id',
      'name',
      'display_name',
      'password_hash',
      'is_administrator',
      'do_not_disturb',
      'created_at',
      'calls_seen_at',
    ]),
    [id, name, displayName, passwordHash, Number(isAdministrator), 0, now, now],
  )
  // What was written to everyone before is not unread.
  await session.run(insertion('conversations', ['user_id', 'other_id', 'last_id', 'read_up_to']), [
    id,
    0,
    0,
    await lastId(session, 'messages'),
  ])
  return lockUser(session, id)
}

/** The user, whom no other transaction changes until this one ends. Rejects with `not-found`. */
export async function lockUser(session: SqlSession, id: UserId): Promise<User> {
  const [row] = await session.rows<UserRow>(
    `SELECT ${USER_COLUMNS} FROM users WHERE id = ? AND name IS NOT NULL${session.engine.forUpdate}`,
    [id],
  )
  if (!row) throw new StoreError('not-found', 'there is no such user')
  return userOf(row)
}

/** Rejects with `not-found` when this login of the user is over. */
export async function lockLogin(session: SqlSession, userId: UserId, id: number): Promise<void> {
  const rows = await session.rows(
    `SELECT id FROM logins WHERE user_id = ? AND id = ?${session.engine.forUpdate}`,
    [userId, id],
  )
  if (rows.length === 0) throw new StoreError('not-found', 'there is no such login')
}

/** Takes one use of a link. Rejects with `used-up`. */
export async function useLink(
  session: SqlSession,
  link: { kind: LinkKind; digest: string },
  now: number,
): Promise<void> {
  const used = await session.run(
    `UPDATE links SET uses = uses - 1
     WHERE kind = ? AND digest = ? AND uses > 0 AND expires_at > ?`,
    [link.kind, link.digest, now],
  )
  if (used === 0) throw usedUp()
}

/** The link works no more, or never was. */
export function usedUp(): StoreError {
  return new StoreError('used-up', 'the link was used, or is too old')
}

/** Sets a password and ends all logins but `keep`; resolves the ids of those that ended. */
export async function replacePassword(
  session: SqlSession,
  { id, passwordHash, keep = 0 }: { id: UserId; passwordHash: string; keep?: number | undefined },
): Promise<number[]> {
  await session.run('UPDATE users SET password_hash = ? WHERE id = ?', [passwordHash, id])
  const rows = await session.rows<{ id: SqlInteger }>(
    'SELECT id FROM logins WHERE user_id = ? AND id <> ? ORDER BY id',
    [id, keep],
  )
  await session.run('DELETE FROM logins WHERE user_id = ? AND id <> ?', [id, keep])
  return rows.map((row) => Number(row.id))
}
