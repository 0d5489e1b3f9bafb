import type { PeopleEvent, ServerEvent } from '@duet/protocol'

const OF_PEOPLE = new Set<string>(
  Object.keys({
    attending: true,
    person: true,
    'person-gone': true,
    self: true,
    'call-placed': true,
    'incoming-call': true,
    'call-ringing': true,
    'call-accepted': true,
    'call-ended': true,
    message: true,
    'messages-read': true,
    'history-changed': true,
  } satisfies Record<PeopleEvent['type'], true>),
)

/** Whether it concerns people and calls between them, which is for devices; all else is of a room. */
export function isOfPeople(event: ServerEvent): event is PeopleEvent {
  return OF_PEOPLE.has(event.type)
}
