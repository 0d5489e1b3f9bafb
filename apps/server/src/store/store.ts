import type { AccountStore } from './account-store.ts'
import type { CallStore } from './call-store.ts'
import type { MessageStore } from './message-store.ts'
import type { PeopleStore } from './people-store.ts'
import type { PushStore } from './push-store.ts'
import type { RecordingStore } from './recording-store.ts'
import type { RoomStore } from './room-store.ts'
import type { SettingStore } from './setting-store.ts'

/**
 * Everything that outlives the process, in one SQL database. What a promise acknowledges is on
 * the disk. Rejects with a StoreError; times are milliseconds since the epoch.
 */
export interface Store {
  readonly accounts: AccountStore
  readonly people: PeopleStore
  readonly messages: MessageStore
  readonly calls: CallStore
  readonly push: PushStore
  readonly rooms: RoomStore
  readonly settings: SettingStore
  readonly recordings: RecordingStore
  /** Waits for what was begun. Idempotent. */
  close(): Promise<void>
}
