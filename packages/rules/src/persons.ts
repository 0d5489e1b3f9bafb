import type { PersonEvent, Persons, PersonStep } from './person-event.ts'
import { otherOf, type Person, type UserId } from './person.ts'
import { attend, deviceGone, setAway, setDoNotDisturb } from './persons-devices.ts'
import { Draft } from './persons-draft.ts'
import { decline, end, ringTimeout } from './persons-ending.ts'
import { place } from './persons-placing.ts'
import { ringing } from './persons-ringing.ts'
import { accept, rejoin, rejoinTimeout, restore, seats } from './persons-talking.ts'

/**
 * The rules of presence and of calls between users. Pure: the same persons and event give the
 * same step. Rules U and K of docs/protocol.md.
 */
export function nextPersons(persons: Persons, event: PersonEvent): PersonStep {
  const draft = new Draft(persons)
  apply(draft, event)
  return draft.step()
}

/** Users who are concerned besides the one who acts, so that a hub can bring them. */
export function othersConcerned(person: Person | undefined, event: PersonEvent): UserId[] {
  const others: UserId[] = []
  if (event.type === 'place') others.push(event.to)
  if (event.type === 'restore') others.push(otherOf(event.call, event.user))
  if (person?.call) others.push(otherOf(person.call, person.user))
  return others.filter((user, index) => user !== event.user && others.indexOf(user) === index)
}

function apply(draft: Draft, event: PersonEvent): void {
  switch (event.type) {
    case 'attend':
      return attend(draft, event)
    case 'connection-lost':
    case 'connection-back':
      return setAway(draft, event)
    case 'device-gone':
      return deviceGone(draft, event)
    case 'do-not-disturb':
      return setDoNotDisturb(draft, event)
    case 'place':
      return place(draft, event)
    case 'ringing':
      return ringing(draft, event)
    case 'accept':
      return accept(draft, event)
    case 'decline':
      return decline(draft, event)
    case 'end':
      return end(draft, event)
    case 'rejoin':
      return rejoin(draft, event)
    case 'ring-timeout':
      return ringTimeout(draft, event)
    case 'seats':
      return seats(draft, event)
    case 'restore':
      return restore(draft, event)
    case 'rejoin-timeout':
      return rejoinTimeout(draft, event)
  }
}
