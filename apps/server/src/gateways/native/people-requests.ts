import type { ClientRequest, PeopleRequest, Sequenced } from '@duet/protocol'

const OF_PEOPLE = new Set<string>(
  Object.keys({
    attend: true,
    'place-call': true,
    'call-ringing': true,
    'accept-call': true,
    'decline-call': true,
    'end-call': true,
    'rejoin-call': true,
    'send-message': true,
    'mark-read': true,
  } satisfies Record<PeopleRequest['type'], true>),
)

/** Whether it concerns people and calls between them; all else is of a room. */
export function isOfPeople(
  request: ClientRequest & Sequenced,
): request is PeopleRequest & Sequenced {
  return OF_PEOPLE.has(request.type)
}
