import type { Clock } from '@duet/base'
import type { Accounts } from '../accounts/accounts.ts'
import type { Links } from '../accounts/links.ts'
import type { Logins } from '../accounts/logins.ts'
import type { Registration } from '../accounts/registration.ts'
import type { People } from '../people/people.ts'
import type { PeopleMode } from '../people/sight.ts'
import type { Store } from '../store/store.ts'

/** What the endpoints stand on. */
export interface ApiServices {
  store: Store
  accounts: Accounts
  logins: Logins
  links: Links
  registration: Registration
  people: Pick<People, 'seenBy' | 'decline' | 'relationChanged' | 'historyChanged'>
  clock: Clock
  /** Tells those who knock at a room that it is open no more. */
  onRoomClosed: (name: string) => void
  /** Who may open rooms. */
  rooms: 'everyone' | 'accounts'
  /** Who sees whom. */
  peopleMode: PeopleMode
  /** The origin to give to others; undefined when only this machine can open any. */
  bestOrigin: () => string | undefined
}
