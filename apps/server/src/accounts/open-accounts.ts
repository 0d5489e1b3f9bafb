import { messageOf, type Clock, type Logger } from '@duet/base'
import type { People } from '../people/people.ts'
import type { Store } from '../store/store.ts'
import { Accounts } from './accounts.ts'
import { DEVICE_COOKIE, readCookie } from './cookies.ts'
import { DeviceMarks } from './device-marks.ts'
import { Guesses } from './guesses.ts'
import { createIdentify } from './identify.ts'
import type { Identify } from './identity.ts'
import { Links } from './links.ts'
import { Logins } from './logins.ts'
import { Passwords } from './passwords.ts'
import { Registration, type RegistrationMode } from './registration.ts'

export interface AccountParts {
  accounts: Accounts
  logins: Logins
  links: Links
  registration: Registration
  identify: Identify
  /** The id of the device that asks, where it was logged in before. */
  deviceOf: (headers: Headers) => string | undefined
  /** Idempotent. */
  close(): void
}

export interface OpenAccountsOptions {
  store: Store
  people: Pick<People, 'userChanged' | 'userDeleted' | 'loginsEnded'>
  /** Signs the names of devices. */
  markKey: Buffer
  /** Who may register until an administrator chooses. */
  registration: RegistrationMode
  isLimited: boolean
  clock: Clock
  logger: Logger
}

/** How often logins and links that are over are cleared away, in milliseconds. */
const CLEAR_MS = 3_600_000

/** Everything that accounts are served with, in whatever dialect. */
export function openAccounts(options: OpenAccountsOptions): AccountParts {
  const { store, people, clock, logger } = options
  const marks = new DeviceMarks(options.markKey)
  const logins = new Logins({ accounts: store.accounts, people, marks, clock })
  const links = new Links(store.accounts, clock)
  const registration = new Registration(store.settings, options.registration)
  const accounts = new Accounts({
    store: store.accounts,
    people,
    passwords: new Passwords(),
    guesses: options.isLimited ? new Guesses(clock) : undefined,
    marks,
    logins,
    links,
    registration,
    clock,
  })
  let isClearing = false
  const clear = async (): Promise<void> => {
    if (isClearing) return
    isClearing = true
    try {
      await store.accounts.deleteExpired(clock.now())
    } catch (error) {
      logger.warn('what is over was not cleared away', { error: messageOf(error) })
    } finally {
      isClearing = false
    }
  }
  const stopClearing = clock.every(CLEAR_MS, () => void clear())
  return {
    accounts,
    logins,
    links,
    registration,
    identify: createIdentify(store.accounts, clock),
    deviceOf: (headers) => marks.read(readCookie(headers, DEVICE_COOKIE))?.id,
    close: stopClearing,
  }
}
