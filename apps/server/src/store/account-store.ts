import type { UserId } from '@duet/rules'

/** An account. */
export interface User {
  /** Positive, 31 bits, never used again. */
  id: UserId
  /** In the one form of `normalizeUserName`; unique. */
  name: string
  displayName: string
  isAdministrator: boolean
  doNotDisturb: boolean
  createdAt: number
  /** When its last device went away; null when it never came. */
  lastSeenAt: number | null
}

export interface NewUser {
  name: string
  displayName: string
  /** As `Bun.password` writes it (argon2id). */
  passwordHash: string
  isAdministrator: boolean
}

/** Somebody logged in on one device. */
export interface Login {
  /** Names it in lists; not a secret. */
  id: number
  userId: UserId
  /** Such as `Firefox on Linux`, from the User-Agent. */
  label: string
  address: string
  createdAt: number
  usedAt: number
  expiresAt: number
}

export interface NewLogin {
  userId: UserId
  /** SHA-256 of the cookie's token: the token itself is stored nowhere. */
  digest: string
  label: string
  address: string
  expiresAt: number
}

/** administrator: makes the first administrator. reset: sets a password. invitation: registers. */
export type LinkKind = 'administrator' | 'reset' | 'invitation'

/** A link that works a number of times, until it is too old. */
export interface OneTimeLink {
  kind: LinkKind
  /** SHA-256 of its token. */
  digest: string
  /** Whose password a reset sets; null for the others. */
  userId: UserId | null
  /** How often it may still be used. */
  uses: number
  expiresAt: number
}

export interface AccountStore {
  /**
   * Makes a user. With `link` (the digest of an invitation or administrator link) that is used
   * once in the same transaction. Rejects with `name-taken` or `used-up`.
   */
  createUser(user: NewUser, link?: { kind: LinkKind; digest: string }): Promise<User>
  userById(id: UserId): Promise<User | undefined>
  userByName(name: string): Promise<User | undefined>
  passwordHashOf(id: UserId): Promise<string | undefined>
  /** By name. */
  users(): Promise<User[]>
  /** Whether there is an administrator. */
  hasAdministrator(): Promise<boolean>
  updateUser(
    id: UserId,
    changes: Partial<Pick<User, 'displayName' | 'doNotDisturb' | 'isAdministrator' | 'lastSeenAt'>>,
  ): Promise<User>
  /**
   * Sets the password and ends all logins but `keep` (a login id, which must not be over). Returns
   * the ended ones.
   */
  setPassword(id: UserId, passwordHash: string, keep?: number): Promise<number[]>
  /** With everything that is only this user's; what others see of it loses the name. */
  deleteUser(id: UserId): Promise<void>

  createLogin(login: NewLogin): Promise<Login>
  /** The login of an unexpired token and its user. */
  loginByDigest(digest: string, now: number): Promise<{ login: Login; user: User } | undefined>
  /** Latest first. */
  loginsOf(userId: UserId): Promise<Login[]>
  touchLogin(id: number, usedAt: number, expiresAt: number): Promise<void>
  /** Ends one login of this user; false when it has no such. */
  deleteLogin(userId: UserId, id: number): Promise<boolean>
  deleteExpired(now: number): Promise<void>

  createLink(link: OneTimeLink): Promise<void>
  link(kind: LinkKind, digest: string, now: number): Promise<OneTimeLink | undefined>
  /** Uses a reset link: sets the password and ends all logins (their ids). Rejects with `used-up`. */
  useReset(
    digest: string,
    passwordHash: string,
    now: number,
  ): Promise<{ user: User; ended: number[] }>
  /** Forgets all links of a kind, or those of one user. */
  deleteLinks(kind: LinkKind, userId?: UserId): Promise<void>
}
