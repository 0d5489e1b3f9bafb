import type { Clock } from '@duet/base'
import type { UserId } from '@duet/rules'
import type { People } from '../people/people.ts'
import type { AccountStore, Login, User } from '../store/account-store.ts'
import { deviceLabel } from './device-label.ts'
import type { DeviceMarks } from './device-marks.ts'
import { DAY_MS } from './links.ts'
import { digestOf, newToken } from './token.ts'

/** How long a login lasts without being used, in milliseconds. */
export const LOGIN_MS = 90 * DAY_MS

/** Logins of one account; a further one ends those that began first. */
const MAX_LOGINS = 50

/** From where somebody logs in. */
export interface Client {
  address: string
  userAgent: string
  /** The value of the cookie that names the device. */
  deviceMark: string | undefined
}

/** A new login, with the secrets that its browser keeps. */
export interface SignedIn {
  user: User
  loginId: number
  token: string
  deviceMark: string
}

export interface LoginsOptions {
  accounts: AccountStore
  people: Pick<People, 'loginsEnded'>
  marks: DeviceMarks
  clock: Clock
}

/** Who is logged in on which devices. */
export class Logins {
  readonly #options: LoginsOptions

  constructor(options: LoginsOptions) {
    this.#options = options
  }

  /** Begins a login of this user. */
  async begin(user: User, client: Client): Promise<SignedIn> {
    const { accounts, marks, clock } = this.#options
    const token = newToken()
    const { id } = await accounts.createLogin({
      userId: user.id,
      digest: digestOf(token),
      label: deviceLabel(client.userAgent),
      address: client.address,
      expiresAt: clock.now() + LOGIN_MS,
    })
    await this.#endOldest(user.id)
    const deviceMark = marks.with(marks.read(client.deviceMark), user.id)
    return { user, loginId: id, token, deviceMark }
  }

  /** Latest first. */
  of(user: UserId): Promise<Login[]> {
    return this.#options.accounts.loginsOf(user)
  }

  /** Ends one login; false when the user has no such. */
  async end(user: UserId, loginId: number): Promise<boolean> {
    const isEnded = await this.#options.accounts.deleteLogin(user, loginId)
    if (isEnded) this.handleEnded(user, [loginId])
    return isEnded
  }

  /** The store ended these. */
  handleEnded(user: UserId, logins: readonly number[]): void {
    if (logins.length > 0) this.#options.people.loginsEnded(user, logins)
  }

  async #endOldest(user: UserId): Promise<void> {
    const logins = await this.of(user)
    const latestFirst = logins.toSorted((one, other) => other.id - one.id)
    for (const { id } of latestFirst.slice(MAX_LOGINS)) await this.end(user, id)
  }
}
