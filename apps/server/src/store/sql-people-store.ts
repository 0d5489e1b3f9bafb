import type { Clock } from '@duet/base'
import type { UserId } from '@duet/rules'
import type { ContactState, PeopleStore, Relation } from './people-store.ts'
import type { SqlDatabase, SqlInteger, SqlSession } from './sql/database.ts'
import { StoreError } from './store-error.ts'

/** Contacts and blocks in SQL. */
export class SqlPeopleStore implements PeopleStore {
  readonly #database: SqlDatabase
  readonly #clock: Clock

  constructor(database: SqlDatabase, clock: Clock) {
    this.#database = database
    this.#clock = clock
  }

  async relationsOf(userId: UserId): Promise<Relation[]> {
    const rows = await this.#database.rows<{ other: SqlInteger; what: keyof Facts }>(
      `SELECT other_id AS other, 'asked' AS what FROM contacts WHERE user_id = ?
       UNION ALL SELECT user_id, 'asking' FROM contacts WHERE other_id = ?
       UNION ALL SELECT other_id, 'blocks' FROM blocks WHERE user_id = ?
       UNION ALL SELECT user_id, 'isBlocked' FROM blocks WHERE other_id = ?`,
      [userId, userId, userId, userId],
    )
    const people = new Map<UserId, Facts>()
    for (const { other, what } of rows) {
      const facts = people.get(Number(other)) ?? {
        asked: false,
        asking: false,
        blocks: false,
        isBlocked: false,
      }
      facts[what] = true
      people.set(Number(other), facts)
    }
    return [...people]
      .map(([other, facts]) => relation(other, facts))
      .toSorted((a, b) => a.userId - b.userId)
  }

  askContact(userId: UserId, other: UserId): Promise<ContactState> {
    return this.#database.transaction(async (session) => {
      await lockBoth(session, userId, other)
      await session.run(session.engine.upsert('contacts', ['user_id', 'other_id'], ['asked_at']), [
        userId,
        other,
        this.#clock.now(),
      ])
      const back = await session.rows('SELECT 1 FROM contacts WHERE user_id = ? AND other_id = ?', [
        other,
        userId,
      ])
      return back.length > 0 ? 'accepted' : 'asked'
    })
  }

  async removeContact(userId: UserId, other: UserId): Promise<void> {
    await this.#database.run(
      'DELETE FROM contacts WHERE (user_id = ? AND other_id = ?) OR (user_id = ? AND other_id = ?)',
      [userId, other, other, userId],
    )
  }

  block(userId: UserId, other: UserId): Promise<void> {
    return this.#database.transaction(async (session) => {
      await lockBoth(session, userId, other)
      const there = await session.rows('SELECT 1 FROM blocks WHERE user_id = ? AND other_id = ?', [
        userId,
        other,
      ])
      if (there.length > 0) return
      await session.run('INSERT INTO blocks (user_id, other_id) VALUES (?, ?)', [userId, other])
    })
  }

  async unblock(userId: UserId, other: UserId): Promise<void> {
    await this.#database.run('DELETE FROM blocks WHERE user_id = ? AND other_id = ?', [
      userId,
      other,
    ])
  }
}

interface Facts {
  asked: boolean
  asking: boolean
  blocks: boolean
  isBlocked: boolean
}

function relation(userId: UserId, { asked, asking, blocks, isBlocked }: Facts): Relation {
  const alone = asked ? 'asked' : asking ? 'asking' : null
  return { userId, contact: asked && asking ? 'accepted' : alone, blocks, isBlocked }
}

/** Rejects with `not-found` unless both are there and two. */
async function lockBoth(session: SqlSession, userId: UserId, other: UserId): Promise<void> {
  const rows = await session.rows(
    `SELECT id FROM users WHERE id IN (?, ?) AND name IS NOT NULL ORDER BY id${session.engine.forUpdate}`,
    [userId, other],
  )
  if (rows.length !== 2) throw new StoreError('not-found', 'there is no such user')
}
