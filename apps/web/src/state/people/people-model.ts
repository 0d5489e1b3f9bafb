import { computed, signal, type ReadonlySignal } from '@preact/signals'
import type { PersonInfo, UserId } from '@duet/protocol'
import type { ApiClient } from './api-client.ts'
import type { PhonePort } from './phone-port.ts'
import { Submission } from './submission.ts'

/** All others, as this user may see them, and what it does about them. */
export class PeopleModel {
  readonly people: ReadonlySignal<readonly PersonInfo[]>
  readonly unreadToAll: ReadonlySignal<number>
  readonly mayWriteToAll: ReadonlySignal<boolean>
  /** False until the server told who is there. */
  readonly isKnown: ReadonlySignal<boolean>
  /** What is searched for. */
  readonly query = signal('')
  /** Who fits the search: who asks, who is there, who is not, who is blocked; each by name. */
  readonly shown: ReadonlySignal<PersonInfo[]>
  /** Unread messages of all conversations. */
  readonly unread: ReadonlySignal<number>
  /** What was asked of the server about a person last. */
  readonly relation = new Submission()
  readonly #api: ApiClient
  readonly #stop: (() => void)[]

  constructor(phone: PhonePort, api: ApiClient) {
    this.#api = api
    const people = signal(phone.people)
    const unreadToAll = signal(phone.unreadToAll)
    const mayWriteToAll = signal(phone.mayWriteToAll)
    const isKnown = signal(phone.self !== null)
    const read = () => {
      people.value = phone.people
      unreadToAll.value = phone.unreadToAll
      mayWriteToAll.value = phone.mayWriteToAll
      isKnown.value ||= phone.self !== null
    }
    this.people = people
    this.unreadToAll = unreadToAll
    this.mayWriteToAll = mayWriteToAll
    this.isKnown = isKnown
    this.shown = computed(() => inListOrder(matching(people.value, this.query.value)))
    this.unread = computed(() =>
      people.value.reduce((sum, person) => sum + person.unread, unreadToAll.value),
    )
    this.#stop = [phone.on('people', read), phone.on('self', read)]
  }

  byName(name: string): PersonInfo | undefined {
    return this.people.value.find((person) => person.name === name)
  }

  byId(id: UserId): PersonInfo | undefined {
    return this.people.value.find((person) => person.id === id)
  }

  /** Asks to be contacts, or accepts. */
  ask(id: UserId): Promise<unknown> {
    return this.relation.run(() => this.#api.askContact(id))
  }

  /** Ends it, declines or withdraws. */
  removeContact(id: UserId): Promise<unknown> {
    return this.relation.run(() => this.#api.removeContact(id))
  }

  block(id: UserId): Promise<unknown> {
    return this.relation.run(() => this.#api.block(id))
  }

  unblock(id: UserId): Promise<unknown> {
    return this.relation.run(() => this.#api.unblock(id))
  }

  close(): void {
    for (const stop of this.#stop.splice(0)) stop()
  }
}

/** What others call a person. */
export function titleOf({ name, displayName }: { name: string; displayName: string }): string {
  return displayName || name
}

function matching(people: readonly PersonInfo[], query: string): readonly PersonInfo[] {
  const wanted = plain(query.trim())
  if (wanted === '') return people
  return people.filter(
    ({ name, displayName }) => plain(name).includes(wanted) || plain(displayName).includes(wanted),
  )
}

/** Without case and accents: "jose" finds "José". */
function plain(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

function inListOrder(people: readonly PersonInfo[]): PersonInfo[] {
  const collator = new Intl.Collator()
  return [...people].sort(
    (some, other) =>
      rank(some) - rank(other) ||
      collator.compare(titleOf(some), titleOf(other)) ||
      some.id - other.id,
  )
}

function rank({ isBlocked, contact, presence }: PersonInfo): number {
  if (isBlocked) return 3
  if (contact === 'asking') return 0
  return presence === 'offline' ? 2 : 1
}
