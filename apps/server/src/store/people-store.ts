import type { UserId } from '@duet/rules'

/** asked: this user asked. asking: the other one asks this user. accepted: both agreed. */
export type ContactState = 'asked' | 'asking' | 'accepted'

/** What one user has to do with another one. */
export interface Relation {
  userId: UserId
  contact: ContactState | null
  /** This user blocked the other one. */
  blocks: boolean
  /** The other one blocked this user. */
  isBlocked: boolean
}

export interface PeopleStore {
  /** All users with whom there is anything. */
  relationsOf(userId: UserId): Promise<Relation[]>
  /** Asks, or accepts when the other one asked before. Returns the state for `userId`. */
  askContact(userId: UserId, other: UserId): Promise<ContactState>
  /** Ends it for both, or declines. */
  removeContact(userId: UserId, other: UserId): Promise<void>
  block(userId: UserId, other: UserId): Promise<void>
  unblock(userId: UserId, other: UserId): Promise<void>
}
