import type { Attending, PeopleEvent, PersonInfo, UserId } from '@duet/protocol'
import type { SelfInfo } from './phone-state.ts'

/** Who is logged in and whom it sees, as the server told it last. */
export class Directory {
  #self: SelfInfo | null = null
  #people: readonly PersonInfo[] = []
  unreadToAll = 0
  mayWriteToAll = false
  missed = 0

  get self(): SelfInfo | null {
    return this.#self
  }

  /** A new array with each change, by name. */
  get people(): readonly PersonInfo[] {
    return this.#people
  }

  person(user: UserId): PersonInfo | undefined {
    return this.#people.find(({ id }) => id === user)
  }

  /** All anew. */
  begin({ mayWriteToAll, missed, people, self, unreadToAll }: Attending): void {
    this.#self = self
    this.#people = inOrder(people)
    Object.assign(this, { mayWriteToAll, missed, unreadToAll })
  }

  /** Takes in what changed; returns the events that the page is to be told. */
  handle(event: PeopleEvent): ('self' | 'people' | 'history')[] {
    switch (event.type) {
      case 'person':
        this.#put(event.person)
        return ['people']
      case 'person-gone':
        this.#people = this.#people.filter(({ id }) => id !== event.user)
        return ['people']
      case 'self':
        this.#self = event.self
        return ['self']
      case 'messages-read':
        this.#setUnread(event.with, event.unread)
        return ['people']
      case 'history-changed':
        this.missed = event.missed
        return ['history']
      case 'message': {
        const { from, to } = event.message
        if (from === this.#self?.id) return []
        const unread = to === null ? this.unreadToAll : this.person(from)?.unread
        this.#setUnread(to === null ? null : from, (unread ?? 0) + 1)
        return ['people']
      }
      default:
        return []
    }
  }

  #setUnread(user: UserId | null, unread: number): void {
    if (user === null) this.unreadToAll = unread
    const person = user === null ? undefined : this.person(user)
    if (person) this.#put({ ...person, unread })
  }

  #put(person: PersonInfo): void {
    this.#people = inOrder([...this.#people.filter(({ id }) => id !== person.id), person])
  }
}

function inOrder(people: readonly PersonInfo[]): PersonInfo[] {
  return [...people].sort((some, other) => (some.name < other.name ? -1 : 1))
}
