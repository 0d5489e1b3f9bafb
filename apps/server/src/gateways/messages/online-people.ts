import type { UserId } from '@duet/rules'
import type { Overview, SeenPerson } from '../../people/people.ts'

/** What the dialect says of a user. */
export interface OnlineUser {
  id: UserId
  username: string
}

/** online: somebody came. offline: somebody went. */
export type PresenceChange = { type: 'online' | 'offline'; user: OnlineUser }

/** Those whom one user can reach, and all names that it may know. */
export class OnlinePeople {
  readonly #self: OnlineUser
  readonly #names = new Map<UserId, string>()
  readonly #online = new Set<UserId>()

  constructor({ self, people }: Overview) {
    this.#self = { id: self.id, username: self.name }
    this.#names.set(self.id, self.name)
    for (const person of people) this.change(person)
  }

  /** Everybody who is online, and this user itself. */
  get list(): OnlineUser[] {
    return [this.#self, ...Array.from(this.#online, (id) => this.#userOf(id))]
  }

  isOnline(user: UserId): boolean {
    return this.#online.has(user)
  }

  nameOf(user: UserId): string {
    return this.#names.get(user) ?? String(user)
  }

  /** A person came to be or changed; undefined: nothing that this dialect tells. */
  change({ user, presence, isBlocked }: SeenPerson): PresenceChange | undefined {
    this.#names.set(user.id, user.name)
    const isOnline = presence !== 'offline' && !isBlocked
    if (!isOnline) return this.#leave(user.id)
    if (this.#online.has(user.id)) return undefined
    this.#online.add(user.id)
    return { type: 'online', user: this.#userOf(user.id) }
  }

  /** A person is not to be seen any more. */
  forget(user: UserId): PresenceChange | undefined {
    const change = this.#leave(user)
    this.#names.delete(user)
    return change
  }

  #leave(id: UserId): PresenceChange | undefined {
    const user = this.#userOf(id)
    return this.#online.delete(id) ? { type: 'offline', user } : undefined
  }

  #userOf(id: UserId): OnlineUser {
    return { id, username: this.nameOf(id) }
  }
}
