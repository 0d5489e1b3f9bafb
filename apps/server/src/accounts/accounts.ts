import { SerialQueue, type Clock } from '@duet/base'
import { cleanDisplayName, normalizeUserName } from '@duet/protocol'
import type { UserId } from '@duet/rules'
import { addressGroup } from '../bounds/address-group.ts'
import { BoundedBuckets } from '../bounds/bounded-buckets.ts'
import type { People } from '../people/people.ts'
import type { AccountStore, LinkKind, User } from '../store/account-store.ts'
import { StoreError } from '../store/store-error.ts'
import { AccountError } from './account-error.ts'
import type { DeviceMarks } from './device-marks.ts'
import type { AdmittedTry, Guesses } from './guesses.ts'
import type { Identity } from './identity.ts'
import type { Links } from './links.ts'
import type { Client, Logins, SignedIn } from './logins.ts'
import { checkPassword } from './password-rule.ts'
import type { Passwords } from './passwords.ts'
import type { Registration } from './registration.ts'
import { digestOf } from './token.ts'

/** Tries of one address to register: a school class. Each asks whether a name is taken. */
const REGISTRATIONS_PER_ADDRESS = { perSecond: 1 / 30, burst: 60 }

/** What a new account is made of. */
export interface Application {
  name: string
  password: string
  displayName?: string | undefined
}

export interface AccountsOptions {
  store: AccountStore
  people: Pick<People, 'userChanged' | 'userDeleted' | 'loginsEnded'>
  passwords: Passwords
  /** Undefined: nobody is slowed down. */
  guesses: Guesses | undefined
  marks: DeviceMarks
  logins: Logins
  links: Links
  registration: Registration
  clock: Clock
}

/** What is done with accounts, in whatever dialect. Rejects with AccountError and StoreError. */
export class Accounts {
  readonly #options: AccountsOptions
  readonly #registrations: BoundedBuckets
  /** Changes of who is administrator happen one after the other. */
  readonly #administrators = new SerialQueue()

  constructor(options: AccountsOptions) {
    this.#options = options
    this.#registrations = new BoundedBuckets(REGISTRATIONS_PER_ADDRESS, options.clock)
  }

  /** Makes an account, where that is allowed, and logs it in. */
  async register(
    application: Application & { invitation?: string | undefined },
    client: Client,
  ): Promise<SignedIn> {
    const { links, registration } = this.#options
    const { invitation } = application
    const mode = await registration.mode()
    if (mode === 'closed' || (mode === 'invitation' && invitation === undefined)) {
      throw new AccountError('registration-closed', 'Nobody can register here without being asked.')
    }
    if (mode === 'open') return this.#make(application, client)
    const link = await links.find('invitation', invitation ?? '')
    if (!link) throw usedUp()
    return this.#make(application, client, link)
  }

  /** Logs in; the answer for an unknown name is that for a wrong password, and as slow. */
  async logIn(name: string, password: string, client: Client): Promise<SignedIn> {
    const { store, marks, guesses, passwords, logins } = this.#options
    const normalized = normalizeUserName(name)
    const known = normalized.ok ? normalized.name : ''
    const user = known === '' ? undefined : await store.userByName(known)
    const mark = marks.read(client.deviceMark)
    const isKnown = mark !== undefined && user !== undefined && mark.users.includes(user.id)
    const admitted = guesses?.admit({
      name: known,
      address: client.address,
      device: isKnown ? { user: user.id, id: mark.id } : undefined,
    })
    const hash = await store.passwordHashOf(user?.id ?? 0)
    const isRight = await this.#try(admitted, () =>
      passwords.verify(password, hash, {
        address: client.address,
        known: isKnown ? user.id : undefined,
      }),
    )
    if (!user || !isRight) throw wrongCredentials()
    const signedIn = await logins.begin(user, client)
    // A new password ends all logins, and could not know of this one while it was judged.
    if ((await store.passwordHashOf(user.id)) === hash) return signedIn
    await logins.end(user.id, signedIn.loginId)
    throw wrongCredentials()
  }

  /** Sets a new password and ends all other logins. */
  async changePassword(
    identity: Identity,
    { current, next }: { current: string; next: string },
    address: string,
  ): Promise<void> {
    const { store, passwords, logins } = this.#options
    const { user, loginId } = identity
    checkPassword(next, user.name)
    await this.#confirm(identity, current, address)
    const hash = await passwords.hash(next, { address, known: user.id })
    const ended = await store.setPassword(user.id, hash, loginId)
    await store.deleteLinks('reset', user.id)
    logins.handleEnded(user.id, ended)
  }

  /** Sets a new password by a link and ends all logins. */
  async resetPassword(token: string, password: string, address: string): Promise<void> {
    const { store, links, passwords, logins, clock } = this.#options
    const link = await links.find('reset', token)
    const user = link?.userId == null ? undefined : await store.userById(link.userId)
    if (!user) throw usedUp()
    checkPassword(password, user.name)
    const hash = await passwords.hash(password, { address })
    const { ended } = await store.useReset(digestOf(token), hash, clock.now())
    logins.handleEnded(user.id, ended)
  }

  async change(
    user: UserId,
    changes: { displayName?: string | undefined; doNotDisturb?: boolean | undefined },
  ): Promise<User> {
    const { displayName, doNotDisturb } = changes
    const before = await this.#existing(user)
    const changed = await this.#options.store.updateUser(user, {
      ...(displayName !== undefined && { displayName: shownName(displayName, before.name) }),
      ...(doNotDisturb !== undefined && { doNotDisturb }),
    })
    this.#options.people.userChanged(changed)
    return changed
  }

  /** Deletes one's own account. */
  async deleteOwn(identity: Identity, password: string, address: string): Promise<void> {
    await this.#confirm(identity, password, address)
    await this.delete(identity.user.id)
  }

  /** Deletes an account with everything of it. The last administrator stays. */
  delete(id: UserId): Promise<void> {
    const { store, people } = this.#options
    return this.#administrators.add(async () => {
      const user = await this.#existing(id)
      if (user.isAdministrator) await this.#checkOthers(id)
      await store.deleteUser(id)
      people.userDeleted(id)
    })
  }

  /** Makes the first administrator by a link: a new account. */
  async registerAdministrator(
    token: string,
    application: Application,
    client: Client,
  ): Promise<SignedIn> {
    const { links, store } = this.#options
    const link = await links.find('administrator', token)
    if (!link) throw usedUp()
    const signedIn = await this.#make(application, client, link)
    await store.deleteLinks('administrator')
    return signedIn
  }

  /** Makes a user administrator by a link. */
  becomeAdministrator(token: string, id: UserId): Promise<User> {
    const { links, store } = this.#options
    return this.#administrators.add(async () => {
      if (!(await links.find('administrator', token))) throw usedUp()
      // First: if it is lost in between, the next start prints a new one.
      await store.deleteLinks('administrator')
      return this.#setAdministrator(id, true)
    })
  }

  /** The last administrator stays one. */
  setAdministrator(id: UserId, isAdministrator: boolean): Promise<User> {
    return this.#administrators.add(async () => {
      const user = await this.#existing(id)
      if (user.isAdministrator && !isAdministrator) await this.#checkOthers(id)
      return this.#setAdministrator(id, isAdministrator)
    })
  }

  async #make(
    { name, password, displayName = '' }: Application,
    client: Client,
    link?: { kind: LinkKind; digest: string },
  ): Promise<SignedIn> {
    const { store, passwords, logins, people, guesses } = this.#options
    const normalized = normalizeUserName(name)
    if (!normalized.ok) throw new AccountError('bad-user-name', normalized.fault)
    checkPassword(password, normalized.name)
    if (guesses && !this.#registrations.take(addressGroup(client.address))) {
      const { refillMs } = this.#registrations
      throw new AccountError('rate-limited', 'Too many accounts were made from here.', refillMs)
    }
    if (await store.userByName(normalized.name)) throw nameTaken()
    const user = await store.createUser(
      {
        name: normalized.name,
        displayName: shownName(displayName, normalized.name),
        passwordHash: await passwords.hash(password, { address: client.address }),
        isAdministrator: link?.kind === 'administrator',
      },
      link && { kind: link.kind, digest: link.digest },
    )
    people.userChanged(user)
    return logins.begin(user, client)
  }

  /** Asks for the password of somebody who is logged in once more. */
  async #confirm({ user, loginId }: Identity, password: string, address: string): Promise<void> {
    const { guesses, store, passwords } = this.#options
    const admitted = guesses?.admitAgain(user.id, loginId)
    const hash = await store.passwordHashOf(user.id)
    const isRight = await this.#try(admitted, () =>
      passwords.verify(password, hash, { address, known: user.id }),
    )
    if (!isRight) throw wrongCredentials()
  }

  /** A try that could not be judged does not count. */
  async #try(admitted: AdmittedTry | undefined, judge: () => Promise<boolean>): Promise<boolean> {
    try {
      const isRight = await judge()
      if (isRight) admitted?.succeeded()
      return isRight
    } catch (error) {
      admitted?.withdraw()
      throw error
    }
  }

  async #existing(id: UserId): Promise<User> {
    const user = await this.#options.store.userById(id)
    if (!user) throw new AccountError('not-found', 'There is no such account.')
    return user
  }

  async #checkOthers(id: UserId): Promise<void> {
    const users = await this.#options.store.users()
    if (users.some((user) => user.isAdministrator && user.id !== id)) return
    throw new AccountError('not-allowed', 'The last administrator has to stay.')
  }

  async #setAdministrator(id: UserId, isAdministrator: boolean): Promise<User> {
    const changed = await this.#options.store.updateUser(id, { isAdministrator })
    this.#options.people.userChanged(changed)
    return changed
  }
}

/** A display name that can be seen: the user's name where nothing is left of it. */
function shownName(displayName: string, name: string): string {
  return cleanDisplayName(displayName) || name
}

function usedUp(): AccountError {
  return new AccountError('used-up', 'This link was used already, or is too old.')
}

function wrongCredentials(): AccountError {
  return new AccountError('wrong-credentials', 'Name and password do not fit together.')
}

function nameTaken(): StoreError {
  return new StoreError('name-taken', 'Another user has this name.')
}
