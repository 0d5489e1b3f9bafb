import type { UserId, UserPresence } from '@duet/rules'
import type { PresenceChange } from '../hub/people-hub.ts'
import type { User } from '../store/account-store.ts'
import type { Desk } from './desk.ts'
import type { Directory } from './directory.ts'
import { MAX_LISTED_PEOPLE } from './limits.ts'
import type { DeviceNotice, SeenPerson } from './people.ts'
import { reachOf, sightOf, type PeopleMode, type Reach, type Sight } from './sight.ts'

/** Who sees whom, and how. */
export class Outlook {
  readonly #mode: PeopleMode
  readonly #directory: Directory
  /** Those who are not offline. */
  readonly #presences = new Map<UserId, UserPresence>()

  constructor(mode: PeopleMode, directory: Directory) {
    this.#mode = mode
    this.#directory = directory
  }

  /** How many are not offline. */
  get size(): number {
    return this.#presences.size
  }

  setPresence({ user, presence }: PresenceChange): void {
    if (presence === 'offline') this.#presences.delete(user)
    else this.#presences.set(user, presence)
  }

  /** How the user of a desk sees another one. */
  sightOf(desk: Desk, other: UserId): Sight {
    return sightOf(this.#mode, desk.relations.get(other))
  }

  /** Whether the user of a desk may call another one and write to it. */
  reachOf(desk: Desk, other: UserId): Reach {
    if (other === desk.user || !this.#directory.user(other)) return 'no-such-user'
    return reachOf(this.#mode, desk.relations.get(other))
  }

  /** All whom the user of a desk may see, by name. */
  allFor(desk: Desk): SeenPerson[] {
    return this.#directory.all().flatMap((user) => this.#seen(desk, user) ?? [])
  }

  /** So many as a session can take: those with whom there is anything, or who are there, first. */
  listFor(desk: Desk): SeenPerson[] {
    const people = this.allFor(desk)
    if (people.length <= MAX_LISTED_PEOPLE) return people
    const rank = ({ user, presence, unread }: SeenPerson) => {
      if (unread > 0 || desk.relations.has(user.id)) return 0
      return presence === 'offline' ? 2 : 1
    }
    return people
      .toSorted((a, b) => rank(a) - rank(b))
      .slice(0, MAX_LISTED_PEOPLE)
      .toSorted((a, b) => (a.user.name < b.user.name ? -1 : 1))
  }

  /** What the user of a desk is told of another one now. */
  noticeFor(desk: Desk, id: UserId): DeviceNotice {
    const user = this.#directory.user(id)
    const person = user && this.#seen(desk, user)
    return person ? { type: 'person', person } : { type: 'person-gone', user: id }
  }

  #seen(desk: Desk, user: User): SeenPerson | undefined {
    if (user.id === desk.user) return undefined
    const sight = this.sightOf(desk, user.id)
    if (sight === 'hidden') return undefined
    const relation = desk.relations.get(user.id)
    const isPresent = sight === 'present'
    const presence = isPresent ? (this.#presences.get(user.id) ?? 'offline') : 'offline'
    return {
      user,
      presence,
      lastSeenAt: isPresent && presence === 'offline' ? user.lastSeenAt : null,
      contact: relation?.contact ?? null,
      isBlocked: relation?.blocks ?? false,
      unread: desk.unreadFrom(user.id),
    }
  }
}
