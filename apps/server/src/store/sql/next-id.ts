import type { SqlInteger, SqlSession } from './database.ts'

/** What has ids. */
export type Counted = 'users' | 'logins' | 'messages'

/**
 * The next id, never used again once the transaction is committed. Those who ask later wait for
 * the end of the transaction: rows therefore appear in the order of their ids.
 */
export async function nextId(session: SqlSession, counted: Counted): Promise<number> {
  await session.run('UPDATE counters SET last_id = last_id + 1 WHERE counted = ?', [counted])
  return lastId(session, counted)
}

/** The last id that was given. */
export async function lastId(session: SqlSession, counted: Counted): Promise<number> {
  const [row] = await session.rows<{ last_id: SqlInteger }>(
    'SELECT last_id FROM counters WHERE counted = ?',
    [counted],
  )
  return Number(row?.last_id)
}
