import type { Clock } from '@duet/base'
import { SqlAccountStore } from './sql-account-store.ts'
import { SqlCallStore } from './sql-call-store.ts'
import { SqlMessageStore } from './sql-message-store.ts'
import { SqlPeopleStore } from './sql-people-store.ts'
import { SqlPushStore } from './sql-push-store.ts'
import { SqlRecordingStore } from './sql-recording-store.ts'
import { SqlRoomStore } from './sql-room-store.ts'
import { SqlSettingStore } from './sql-setting-store.ts'
import type { SqlDatabase } from './sql/database.ts'
import type { Store } from './store.ts'

/** The store on a database whose schema is up to date. */
export function createSqlStore(
  database: SqlDatabase,
  clock: Clock,
  people: 'everyone' | 'contacts' = 'everyone',
): Store {
  return {
    accounts: new SqlAccountStore(database, clock),
    people: new SqlPeopleStore(database, clock),
    messages: new SqlMessageStore(database, people === 'contacts'),
    calls: new SqlCallStore(database),
    push: new SqlPushStore(database),
    rooms: new SqlRoomStore(database),
    settings: new SqlSettingStore(database),
    recordings: new SqlRecordingStore(database),
    close: () => database.close(),
  }
}
