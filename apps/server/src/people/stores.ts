import type { AccountStore } from '../store/account-store.ts'
import type { CallStore } from '../store/call-store.ts'
import type { MessageStore } from '../store/message-store.ts'
import type { PeopleStore } from '../store/people-store.ts'
import type { SettingStore } from '../store/setting-store.ts'

/** What presence, calls and messages need of the store. */
export interface PeopleStores {
  accounts: Pick<AccountStore, 'users' | 'updateUser'>
  people: Pick<PeopleStore, 'relationsOf'>
  messages: Pick<MessageStore, 'add' | 'conversationsOf' | 'markRead'>
  calls: Pick<CallStore, 'begin' | 'answer' | 'end' | 'forget' | 'unended' | 'missedCount'>
  settings: Pick<SettingStore, 'get'>
}
