import type { Relation } from '../store/people-store.ts'

/** everyone: all users of the server see each other. contacts: those who agreed. */
export type PeopleMode = 'everyone' | 'contacts'

/** present: with its presence. listed: as offline. hidden: not at all. */
export type Sight = 'present' | 'listed' | 'hidden'

/** Rules U4 and U5: how a user with `relation` to another one sees it. */
export function sightOf(mode: PeopleMode, relation: Relation | undefined): Sight {
  if (relation?.isBlocked) return mode === 'everyone' || relation.contact ? 'listed' : 'hidden'
  if (mode === 'everyone' || relation?.contact === 'accepted') return 'present'
  return relation && (relation.contact || relation.blocks) ? 'listed' : 'hidden'
}

/** open: may call and write. seems-offline: is not to notice that it may not. */
export type Reach = 'open' | 'seems-offline' | 'not-allowed' | 'no-such-user'

/** Rules U4 and U5: whether a user with `relation` to another one reaches it. */
export function reachOf(mode: PeopleMode, relation: Relation | undefined): Reach {
  const sight = sightOf(mode, relation)
  if (sight === 'hidden') return 'no-such-user'
  if (relation?.blocks) return 'not-allowed'
  const isAgreed = mode === 'everyone' || relation?.contact === 'accepted'
  if (!isAgreed) return 'not-allowed'
  return relation?.isBlocked ? 'seems-offline' : 'open'
}
