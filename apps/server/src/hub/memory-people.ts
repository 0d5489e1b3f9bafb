import type { Logger } from '@duet/base'
import type { CallNotice, Person, PersonEffect, PersonStep, UserId } from '@duet/rules'
import type { PeopleHub, PersonsChange, PresenceChange } from './people-hub.ts'

type Untold = { effect: PersonEffect; change: PersonsChange }

/** The persons of one machine: everything in this process's memory. */
export class MemoryPeopleHub implements PeopleHub {
  readonly #persons = new Map<UserId, Person>()
  readonly #listeners = new Map<string, (notice: CallNotice) => void>()
  readonly #watchers = new Set<(change: PresenceChange) => void>()
  readonly #untold: Untold[] = []
  readonly #logger: Logger
  #isTelling = false

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** Users with a device or a call. */
  get size(): number {
    return this.#persons.size
  }

  /** Changes and tells at once, so that what one caller does in order happens in order. */
  update(change: PersonsChange): Promise<void> | undefined {
    try {
      this.#keep(change.apply(this.#concerned(change)), change)
    } catch (error) {
      return Promise.reject(error)
    }
    this.#tell()
    return undefined
  }

  person(user: UserId): Person | undefined {
    return this.#persons.get(user)
  }

  subscribe(address: string, listener: (notice: CallNotice) => void): () => void {
    this.#listeners.set(address, listener)
    return () => {
      if (this.#listeners.get(address) === listener) this.#listeners.delete(address)
    }
  }

  watch(listener: (change: PresenceChange) => void): () => void {
    this.#watchers.add(listener)
    return () => {
      this.#watchers.delete(listener)
    }
  }

  #concerned({ user, others }: PersonsChange): Map<UserId, Person> {
    const persons = new Map<UserId, Person>()
    for (const id of [user, ...others(this.#persons.get(user))]) {
      const person = this.#persons.get(id)
      if (person) persons.set(id, person)
    }
    return persons
  }

  #keep([changed, effects]: PersonStep, change: PersonsChange): void {
    for (const person of changed) {
      if (person.devices.length > 0 || person.call) this.#persons.set(person.user, person)
      else this.#persons.delete(person.user)
    }
    for (const effect of effects) this.#untold.push({ effect, change })
  }

  /** A listener may change a person in turn: what that causes is told after what came before. */
  #tell(): void {
    if (this.#isTelling) return
    this.#isTelling = true
    for (let next = this.#untold.shift(); next; next = this.#untold.shift()) this.#tellOne(next)
    this.#isTelling = false
  }

  #tellOne({ effect, change }: Untold): void {
    switch (effect.type) {
      case 'notice':
        return this.#safely(() => this.#listeners.get(effect.to)?.(effect.notice))
      case 'journal':
        return this.#safely(() => change.onJournal?.(effect.entry))
      case 'presence':
        for (const watcher of this.#watchers) this.#safely(() => watcher(effect))
    }
  }

  #safely(tell: () => void): void {
    try {
      tell()
    } catch (error) {
      this.#logger.error('a listener of people threw', { error: String(error) })
    }
  }
}
