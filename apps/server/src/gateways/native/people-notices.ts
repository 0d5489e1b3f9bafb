import type { Attending, PeopleEvent, ServerEvent } from '@duet/protocol'
import type { DeviceNotice, Overview } from '../../people/people.ts'
import { toPersonInfo } from '../../people/person-info.ts'
import type { User } from '../../store/account-store.ts'

/** The answer to `attend`. */
export function toAttending(overview: Overview): Attending {
  const { self, people, unreadToAll, mayWriteToAll, missed } = overview
  return {
    type: 'attending',
    self: toSelf(self),
    people: people.map(toPersonInfo),
    unreadToAll,
    mayWriteToAll,
    missed,
  }
}

/** What a device is told, in this dialect; undefined: the gateway acts on it itself. */
export function toPeopleEvent(notice: DeviceNotice): ServerEvent | undefined {
  switch (notice.type) {
    case 'refused':
      return {
        type: 'error',
        code: notice.code,
        message: 'the request was not carried out',
        replyTo: notice.ref,
      }
    case 'call-placed':
      return { type: 'call-placed', call: notice.call, replyTo: notice.ref }
    case 'call-accepted':
      return toAccepted(notice)
    case 'person':
      return { type: 'person', person: toPersonInfo(notice.person) }
    case 'self':
      return { type: 'self', self: toSelf(notice.self) }
    case 'signed-out':
    case 'displaced':
      return undefined
    default:
      return notice
  }
}

function toAccepted({
  call,
  leg,
  ref,
}: Extract<DeviceNotice, { type: 'call-accepted' }>): PeopleEvent {
  return { type: 'call-accepted', call, leg, ...(ref === undefined ? {} : { replyTo: ref }) }
}

function toSelf({ id, name, displayName, doNotDisturb }: User): Attending['self'] {
  return { id, name, displayName, doNotDisturb }
}
