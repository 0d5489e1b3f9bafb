import type { Clock } from '@duet/base'
import type { UserId } from '@duet/rules'
import {
  linkOf,
  loginOf,
  userOf,
  USER_COLUMNS,
  type LinkRow,
  type LoginRow,
  type UserRow,
} from './account-rows.ts'
import type {
  AccountStore,
  LinkKind,
  Login,
  NewLogin,
  NewUser,
  OneTimeLink,
  User,
} from './account-store.ts'
import {
  insertUser,
  lockLogin,
  lockUser,
  replacePassword,
  usedUp,
  useLink,
} from './account-statements.ts'
import { deleteUser } from './delete-user.ts'
import type { SqlDatabase, SqlInteger, SqlValue } from './sql/database.ts'
import { insertion } from './sql/engine.ts'
import { nextId } from './sql/next-id.ts'
import { UniqueViolation } from './sql/unique-violation.ts'
import { StoreError } from './store-error.ts'

/** Accounts in SQL. */
export class SqlAccountStore implements AccountStore {
  readonly #database: SqlDatabase
  readonly #clock: Clock

  constructor(database: SqlDatabase, clock: Clock) {
    this.#database = database
    this.#clock = clock
  }

  async createUser(user: NewUser, link?: { kind: LinkKind; digest: string }): Promise<User> {
    try {
      return await this.#database.transaction(async (session) => {
        const now = this.#clock.now()
        if (link) await useLink(session, link, now)
        return insertUser(session, user, now)
      })
    } catch (error) {
      if (!(error instanceof UniqueViolation)) throw error
      throw new StoreError('name-taken', 'another user has the name', { cause: error })
    }
  }

  async userById(id: UserId): Promise<User | undefined> {
    return this.#user('id = ? AND name IS NOT NULL', id)
  }

  async userByName(name: string): Promise<User | undefined> {
    return this.#user('name = ?', name)
  }

  async passwordHashOf(id: UserId): Promise<string | undefined> {
    const [row] = await this.#database.rows<{ password_hash: string }>(
      'SELECT password_hash FROM users WHERE id = ? AND name IS NOT NULL',
      [id],
    )
    return row?.password_hash
  }

  async users(): Promise<User[]> {
    const rows = await this.#database.rows<UserRow>(
      `SELECT ${USER_COLUMNS} FROM users WHERE name IS NOT NULL ORDER BY name`,
    )
    return rows.map(userOf)
  }

  async hasAdministrator(): Promise<boolean> {
    const rows = await this.#database.rows('SELECT 1 FROM users WHERE is_administrator = 1 LIMIT 1')
    return rows.length > 0
  }

  updateUser(
    id: UserId,
    changes: Partial<Pick<User, 'displayName' | 'doNotDisturb' | 'isAdministrator' | 'lastSeenAt'>>,
  ): Promise<User> {
    return this.#database.transaction(async (session) => {
      const user = { ...(await lockUser(session, id)), ...changes }
      await session.run(
        `UPDATE users SET display_name = ?, do_not_disturb = ?, is_administrator = ?,
          last_seen_at = ? WHERE id = ?`,
        [
          user.displayName,
          Number(user.doNotDisturb),
          Number(user.isAdministrator),
          user.lastSeenAt,
          id,
        ],
      )
      return lockUser(session, id)
    })
  }

  setPassword(id: UserId, passwordHash: string, keep?: number): Promise<number[]> {
    return this.#database.transaction(async (session) => {
      await lockUser(session, id)
      if (keep !== undefined) await lockLogin(session, id, keep)
      return replacePassword(session, { id, passwordHash, keep })
    })
  }

  deleteUser(id: UserId): Promise<void> {
    return this.#database.transaction(async (session) => {
      await lockUser(session, id)
      await deleteUser(session, id)
    })
  }

  createLogin(login: NewLogin): Promise<Login> {
    return this.#database.transaction(async (session) => {
      const { userId, digest, label, address, expiresAt } = login
      await lockUser(session, userId)
      const id = await nextId(session, 'logins')
      const now = this.#clock.now()
      await session.run(
        insertion('logins', [
          'id',
          'user_id',
          'digest',
          'label',
          'address',
          'created_at',
          'used_at',
          'expires_at',
        ]),
        [id, userId, digest, label, address, now, now, expiresAt],
      )
      return { id, userId, label, address, createdAt: now, usedAt: now, expiresAt }
    })
  }

  async loginByDigest(
    digest: string,
    now: number,
  ): Promise<{ login: Login; user: User } | undefined> {
    const [row] = await this.#database.rows<LoginRow & UserRow>(
      `SELECT ${USER_COLUMNS.split(', ')
        .map((column) => `users.${column}`)
        .join(', ')},
        logins.id AS login_id, logins.user_id, logins.label, logins.address,
        logins.created_at AS login_created_at, logins.used_at, logins.expires_at
       FROM logins JOIN users ON users.id = logins.user_id
       WHERE logins.digest = ? AND logins.expires_at > ?`,
      [digest, now],
    )
    return row && { login: loginOf(row), user: userOf(row) }
  }

  async loginsOf(userId: UserId): Promise<Login[]> {
    const rows = await this.#database.rows<LoginRow>(
      `SELECT id AS login_id, user_id, label, address, created_at AS login_created_at, used_at,
        expires_at FROM logins WHERE user_id = ? ORDER BY used_at DESC, id DESC`,
      [userId],
    )
    return rows.map(loginOf)
  }

  async touchLogin(id: number, usedAt: number, expiresAt: number): Promise<void> {
    await this.#database.run('UPDATE logins SET used_at = ?, expires_at = ? WHERE id = ?', [
      usedAt,
      expiresAt,
      id,
    ])
  }

  async deleteLogin(userId: UserId, id: number): Promise<boolean> {
    const changed = await this.#database.run('DELETE FROM logins WHERE user_id = ? AND id = ?', [
      userId,
      id,
    ])
    return changed > 0
  }

  async deleteExpired(now: number): Promise<void> {
    await this.#database.run('DELETE FROM logins WHERE expires_at <= ?', [now])
    await this.#database.run('DELETE FROM links WHERE expires_at <= ? OR uses <= 0', [now])
  }

  async createLink({ kind, digest, userId, uses, expiresAt }: OneTimeLink): Promise<void> {
    await this.#database.transaction(async (session) => {
      if (userId !== null) await lockUser(session, userId)
      await session.run(insertion('links', ['kind', 'digest', 'user_id', 'uses', 'expires_at']), [
        kind,
        digest,
        userId,
        uses,
        expiresAt,
      ])
    })
  }

  async link(kind: LinkKind, digest: string, now: number): Promise<OneTimeLink | undefined> {
    const [row] = await this.#database.rows<LinkRow>(
      `SELECT kind, digest, user_id, uses, expires_at FROM links
       WHERE kind = ? AND digest = ? AND uses > 0 AND expires_at > ?`,
      [kind, digest, now],
    )
    return row && linkOf(row)
  }

  useReset(
    digest: string,
    passwordHash: string,
    now: number,
  ): Promise<{ user: User; ended: number[] }> {
    return this.#database.transaction(async (session) => {
      const link = { kind: 'reset', digest } as const
      await useLink(session, link, now)
      const [row] = await session.rows<{ user_id: SqlInteger | null }>(
        'SELECT user_id FROM links WHERE kind = ? AND digest = ?',
        [link.kind, digest],
      )
      const userId = row?.user_id ?? null
      if (userId === null) throw usedUp()
      const user = await lockUser(session, Number(userId))
      return { user, ended: await replacePassword(session, { id: user.id, passwordHash }) }
    })
  }

  async deleteLinks(kind: LinkKind, userId?: UserId): Promise<void> {
    const [ofUser, values]: [string, SqlValue[]] =
      userId === undefined ? ['', []] : [' AND user_id = ?', [userId]]
    await this.#database.run(`DELETE FROM links WHERE kind = ?${ofUser}`, [kind, ...values])
  }

  async #user(condition: string, value: SqlValue): Promise<User | undefined> {
    const [row] = await this.#database.rows<UserRow>(
      `SELECT ${USER_COLUMNS} FROM users WHERE ${condition}`,
      [value],
    )
    return row && userOf(row)
  }
}
