import type { SettingStore } from './setting-store.ts'
import type { SqlDatabase } from './sql/database.ts'

/** Settings in SQL. */
export class SqlSettingStore implements SettingStore {
  readonly #database: SqlDatabase

  constructor(database: SqlDatabase) {
    this.#database = database
  }

  async get(name: string): Promise<string | undefined> {
    const [row] = await this.#database.rows<{ content: string }>(
      'SELECT content FROM settings WHERE name = ?',
      [name],
    )
    return row?.content
  }

  async set(name: string, value: string): Promise<void> {
    await this.#database.run(this.#database.engine.upsert('settings', ['name'], ['content']), [
      name,
      value,
    ])
  }
}
