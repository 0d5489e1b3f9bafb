import type { PersonInfo } from '@duet/protocol'
import type { Words } from '../../i18n/en.ts'
import type { PeopleWords } from '../../i18n/people-en.ts'
import { durationSentence } from '../wording.ts'
import type { HistoryCall } from './api-types.ts'
import { isOutgoing } from './history-model.ts'
import { agoOf, type Said } from './said-when.ts'

/** Where a person is, in a few words. */
export function presenceSentence(person: PersonInfo, now: number, said: Said): string {
  const { people } = said.words
  if (person.isBlocked) return people.blocked
  if (person.contact === 'asking') return people.asking
  if (person.contact === 'asked') return people.asked
  if (person.presence !== 'offline') return people.presence[person.presence]
  if (person.lastSeenAt === null) return people.neverSeen
  return people.lastSeen(agoOf(person.lastSeenAt, now, said))
}

/** How a call went, as the one says it whose history it is in. */
export function callSentence(call: HistoryCall, words: Words, people: PeopleWords): string {
  if (call.reason === null) return people.calls.goingOn
  if (call.answeredAt !== null && call.endedAt !== null) {
    const duration = durationSentence(words, call.endedAt - call.answeredAt)
    return call.reason === 'lost' ? people.calls.lostAfter(duration) : people.calls.talked(duration)
  }
  return people.ends[isOutgoing(call) ? 'out' : 'in'][call.reason]
}
