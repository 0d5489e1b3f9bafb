import type {
  CallJournalEntry,
  CallNotice,
  Person,
  Persons,
  PersonStep,
  UserId,
  UserPresence,
} from '@duet/rules'

/** How persons are to change. Its functions are pure but for `onJournal`: a hub may call them again. */
export interface PersonsChange {
  /** Who acts. */
  user: UserId
  /** Who else is concerned, as the one who acts is now. */
  others: (person: Person | undefined) => readonly UserId[]
  /** Turns those who are concerned, as far as they are there, into what they shall be. */
  apply: (persons: Persons) => PersonStep
  /** What the history is to keep; called where the change was asked for, once. */
  onJournal?: (entry: CallJournalEntry) => void
}

/** A user is seen in another way. */
export interface PresenceChange {
  user: UserId
  presence: UserPresence
}

/**
 * Which users are there and in which calls, and the one way to change it. Changes of a person
 * happen one after the other; their effects reach each address in the same order.
 */
export interface PeopleHub {
  /**
   * Applies `change` and tells its effects; a listener that throws keeps nobody from hearing.
   * Rejects when nothing was changed. Undefined: it is done already.
   */
  update(change: PersonsChange): Promise<void> | undefined
  /** A user as this server knows it now; undefined: it has neither device nor call. */
  person(user: UserId): Person | undefined
  /** Hands what is told to the device at `address` to `listener`; returns the unsubscribe. */
  subscribe(address: string, listener: (notice: CallNotice) => void): () => void
  /** Tells how users are seen, whenever that changes; returns the unsubscribe. */
  watch(listener: (change: PresenceChange) => void): () => void
}
