import type { UserId } from '@duet/rules'
import type { PushStore, PushSubscription } from './push-store.ts'
import type { SqlDatabase, SqlInteger } from './sql/database.ts'
import { digestOf } from './sql/digest.ts'
import { StoreError } from './store-error.ts'

/** Push subscriptions in SQL. */
export class SqlPushStore implements PushStore {
  readonly #database: SqlDatabase

  constructor(database: SqlDatabase) {
    this.#database = database
  }

  subscribe(subscription: PushSubscription): Promise<void> {
    const { userId, loginId, endpoint, p256dh, auth, language } = subscription
    return this.#database.transaction(async (session) => {
      const { forUpdate, upsert } = session.engine
      const logins = await session.rows(
        `SELECT id FROM logins WHERE id = ? AND user_id = ?${forUpdate}`,
        [loginId, userId],
      )
      if (logins.length === 0) throw new StoreError('not-found', 'there is no such login')
      await session.run(
        upsert(
          'push_subscriptions',
          ['endpoint_key'],
          ['user_id', 'login_id', 'endpoint', 'p256dh', 'auth', 'language'],
        ),
        [digestOf(endpoint), userId, loginId, endpoint, p256dh, auth, language],
      )
    })
  }

  async unsubscribe(userId: UserId, endpoint: string): Promise<void> {
    await this.#database.run(
      'DELETE FROM push_subscriptions WHERE endpoint_key = ? AND user_id = ?',
      [digestOf(endpoint), userId],
    )
  }

  async drop(endpoint: string): Promise<void> {
    await this.#database.run('DELETE FROM push_subscriptions WHERE endpoint_key = ?', [
      digestOf(endpoint),
    ])
  }

  async subscriptionsOf(userId: UserId): Promise<PushSubscription[]> {
    const rows = await this.#database.rows<{
      user_id: SqlInteger
      login_id: SqlInteger
      endpoint: string
      p256dh: string
      auth: string
      language: string
    }>(
      `SELECT user_id, login_id, endpoint, p256dh, auth, language FROM push_subscriptions
       WHERE user_id = ? ORDER BY login_id, endpoint_key`,
      [userId],
    )
    return rows.map(({ endpoint, p256dh, auth, language, ...row }) => ({
      userId: Number(row.user_id),
      loginId: Number(row.login_id),
      endpoint,
      p256dh,
      auth,
      language,
    }))
  }
}
