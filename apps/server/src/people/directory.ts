import type { UserId } from '@duet/rules'
import type { AccountStore, User } from '../store/account-store.ts'

/** All users of the server, read once and kept up to date: names are needed with every change. */
export class Directory {
  readonly #accounts: Pick<AccountStore, 'users'>
  readonly #users = new Map<UserId, User>()
  /** What changed while they are not read yet; null: deleted. */
  #early: Map<UserId, User | null> | undefined = new Map()
  #reading: Promise<void> | undefined
  /** Ids by name; undefined: a name changed. */
  #byName: readonly UserId[] | undefined

  constructor(accounts: Pick<AccountStore, 'users'>) {
    this.#accounts = accounts
  }

  /** Reads them when that was not done yet. Rejects with a StoreError; the next call tries again. */
  async ready(): Promise<void> {
    if (!this.#early) return
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined
    })
    await this.#reading
  }

  user(id: UserId): User | undefined {
    return this.#users.get(id)
  }

  /** By name. */
  all(): readonly User[] {
    this.#byName ??= [...this.#users.values()]
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ id }) => id)
    return this.#byName.flatMap((id) => this.#users.get(id) ?? [])
  }

  set(user: User): void {
    if (this.#users.get(user.id)?.name !== user.name) this.#byName = undefined
    this.#users.set(user.id, user)
    this.#early?.set(user.id, user)
  }

  delete(id: UserId): void {
    this.#users.delete(id)
    this.#early?.set(id, null)
    this.#byName = undefined
  }

  async #read(): Promise<void> {
    const users = await this.#accounts.users()
    for (const user of users) {
      if (!this.#early?.has(user.id)) this.#users.set(user.id, user)
    }
    this.#early = undefined
    this.#byName = undefined
  }
}
