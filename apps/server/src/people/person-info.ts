import type { PersonInfo } from '@duet/protocol'
import type { SeenPerson } from './people.ts'

/** One user as another one sees it, in the words of the protocol and of the API. */
export function toPersonInfo(seen: SeenPerson): PersonInfo {
  const { user, presence, lastSeenAt, contact, isBlocked, unread } = seen
  const { id, name, displayName } = user
  return {
    id,
    name,
    displayName,
    presence,
    lastSeenAt,
    contact: contact ?? 'none',
    isBlocked,
    unread,
  }
}
