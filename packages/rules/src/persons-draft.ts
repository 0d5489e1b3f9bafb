import type { CallJournalEntry, CallNotice, CallRefusal, PersonEffect } from './call-notice.ts'
import type { Persons, PersonStep } from './person-event.ts'
import { presenceOf, type CallInfo, type Person, type RunningCall, type UserId } from './person.ts'

/** One step in the making: what changed so far, and what is to be done. */
export class Draft {
  readonly #before: Persons
  readonly #changed = new Map<UserId, Person>()
  readonly #effects: PersonEffect[] = []

  constructor(persons: Persons) {
    this.#before = persons
  }

  person(user: UserId): Person {
    return (
      this.#changed.get(user) ??
      this.#before.get(user) ?? { user, doNotDisturb: false, devices: [], call: undefined }
    )
  }

  set(person: Person): void {
    this.#changed.set(person.user, person)
  }

  /** Gives the call, or its end, to both who are in it. */
  setCall({ caller, callee }: CallInfo, call: RunningCall | undefined): void {
    for (const user of [caller, callee]) this.set({ ...this.person(user), call })
  }

  tell(to: string, notice: CallNotice): void {
    this.#effects.push({ type: 'notice', to, notice })
  }

  refuse(to: string | undefined, code: CallRefusal, ref: number): void {
    if (to !== undefined) this.tell(to, { type: 'refused', code, ref })
  }

  note(entry: CallJournalEntry): void {
    this.#effects.push({ type: 'journal', entry })
  }

  /** U3: presence is told last, and only what others see differently now. */
  step(): PersonStep {
    const changed = [...this.#changed.values()]
    const effects = changed.flatMap((person): PersonEffect[] => {
      const presence = presenceOf(person)
      if (presence === presenceOf(this.#before.get(person.user))) return []
      return [{ type: 'presence', user: person.user, presence }]
    })
    return [changed, [...this.#effects, ...effects]]
  }
}
