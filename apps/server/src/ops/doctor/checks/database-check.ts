import { Database } from 'bun:sqlite'
import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { messageOf } from '@duet/base'
import { SQL } from 'bun'
import type { Config } from '../../../config/index.ts'
import { SQLITE_FILE } from '../../../store/index.ts'
import { fails, ok, untried, type Check, type Verdict } from '../verdict.ts'

/** To read a larger file takes longer than anybody waits for. */
const MAX_CHECKED_BYTES = 500 * 2 ** 20
const CONNECT_SECONDS = 6

/** Whether the database answers, and the file of SQLite is whole. */
export function databaseCheck({ database, data }: Pick<Config, 'database' | 'data'>): Check {
  return {
    id: 'database',
    label: 'Database',
    run: () =>
      database === 'sqlite'
        ? Promise.resolve(checkFile(join(resolve(data), SQLITE_FILE)))
        : checkServer(database),
  }
}

function checkFile(path: string): Verdict {
  if (!existsSync(path)) return untried(`${path} is not there yet: the first start makes it`)
  const { size } = statSync(path)
  try {
    const opened = new Database(path, { readonly: true })
    try {
      if (size > MAX_CHECKED_BYTES) {
        opened.query('SELECT COUNT(*) FROM sqlite_schema').get()
        return ok(`${path} opens; it is too large to be read as a whole`)
      }
      const row = opened.query<{ quick_check: string }, []>('PRAGMA quick_check(1)').get()
      const said = row?.quick_check ?? 'nothing was said'
      return said === 'ok' ? ok(path) : fails('database-damaged', { at: path, detail: said })
    } finally {
      opened.close()
    }
  } catch (error) {
    return fails('database-damaged', { at: path, detail: messageOf(error) })
  }
}

async function checkServer(url: string): Promise<Verdict> {
  const { host, pathname, protocol } = new URL(url)
  const at = `${protocol.slice(0, -1)} ${host}${pathname}`
  const pool = new SQL(url, { max: 1, connectionTimeout: CONNECT_SECONDS })
  try {
    await pool`SELECT 1`
    return ok(at)
  } catch (error) {
    return fails('database-failed', { at, detail: messageOf(error) })
  } finally {
    await pool.close({ timeout: 0 })
  }
}
