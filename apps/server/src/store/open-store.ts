import { join } from 'node:path'
import { messageOf, type Clock, type Logger } from '@duet/base'
import { StartError } from '../start-error.ts'
import { MIGRATIONS } from './migrations/index.ts'
import { migrate, NewerDatabaseError } from './migrations/migrate.ts'
import { createSqlStore } from './sql-store.ts'
import type { SqlDatabase } from './sql/database.ts'
import type { Store } from './store.ts'

/** In the data directory. */
export const SQLITE_FILE = 'duet.sqlite'

export interface StoreOptions {
  /** `sqlite`, or the URL of a server. */
  database: string
  /** Where the SQLite file is. */
  dataDirectory: string
  /** Who sees whom, and so what was said to everyone; all, when it is left out. */
  people?: 'everyone' | 'contacts'
  clock: Clock
  logger: Logger
}

/** Opens the database and brings its schema up to date. Rejects with a StartError. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const place = placeOf(options)
  let database: SqlDatabase | undefined
  try {
    database = await openDatabase(options)
    await migrate(database, MIGRATIONS, options.clock.now())
    return createSqlStore(database, options.clock, options.people)
  } catch (error) {
    await database?.close()
    throw startError(error, place)
  }
}

async function openDatabase(options: StoreOptions): Promise<SqlDatabase> {
  const { database, dataDirectory, clock, logger } = options
  if (database === 'sqlite') {
    const { openSqlite } = await import('./sqlite/sqlite-database.ts')
    return openSqlite({ path: join(dataDirectory, SQLITE_FILE), logger })
  }
  const { MYSQL_SERVER, POSTGRES_SERVER } = await import('./server/server-kind.ts')
  const { ServerDatabase } = await import('./server/server-database.ts')
  const kind = database.startsWith('mysql:') ? MYSQL_SERVER : POSTGRES_SERVER
  return new ServerDatabase({ kind, url: database, clock, logger })
}

/** For people; without the password of a URL. */
function placeOf({ database, dataDirectory }: StoreOptions): string {
  if (database === 'sqlite') return `The database ${join(dataDirectory, SQLITE_FILE)}`
  const { host, pathname } = new URL(database)
  return `The database ${decodeURIComponent(pathname.slice(1))} at ${host}`
}

function startError(error: unknown, place: string): StartError {
  if (error instanceof NewerDatabaseError) {
    return new StartError(
      'database-too-new',
      `${place} was made by a later version of Duet (its schema is ${error.found}, this version ` +
        `knows ${error.known}): start that version, or go back to a copy from before.`,
      { cause: error },
    )
  }
  const reason = error instanceof Error && error.cause !== undefined ? error.cause : error
  return new StartError(
    'database-not-usable',
    `${place} can't be used: ${messageOf(reason)}. Check that it is there and --database is right.`,
    { cause: error },
  )
}
