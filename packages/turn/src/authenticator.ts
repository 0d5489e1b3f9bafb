/** Why a user whose password is right is not let in. */
export type AuthenticationRefusal = 'expired' | 'expiry-too-far'

/** What is known of a username. */
export interface KnownUser {
  /** Whose quota is used. */
  userId: string
  /** Many people have this login: each IPv4 address or IPv6 /64 then has a quota of its own. */
  isShared?: boolean
  /** Any of these is right. */
  passwords: readonly string[]
  /** Set when the user is refused even with the right password. */
  refusal?: AuthenticationRefusal
}

/** Tells what is known of a username; undefined for one that is not known. Must not throw. */
export type Authenticator = (username: string, realm: string) => KnownUser | undefined

/** Asks one authenticator after the other, until one knows the username. */
export function firstOf(...authenticators: readonly Authenticator[]): Authenticator {
  return (username, realm) => {
    for (const authenticate of authenticators) {
      const user = authenticate(username, realm)
      if (user) return user
    }
    return undefined
  }
}

/**
 * Users with a password each, for devices that have a login written into them; `areShared`: it
 * stands in a page that many people open.
 */
export function usersAuthenticator(
  users: ReadonlyMap<string, string>,
  { areShared = false } = {},
): Authenticator {
  return (username) => {
    const password = users.get(username)
    if (password === undefined) return undefined
    return { userId: username, isShared: areShared, passwords: [password] }
  }
}
