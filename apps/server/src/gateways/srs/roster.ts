import type { MemberId, MemberInfo } from '@duet/rules'
import type { Participant } from './frames.ts'

interface Entry {
  readonly participant: Participant
  hasPublished: boolean
}

/** Who is in a room, in the order in which they came. */
export class Roster {
  readonly #entries = new Map<MemberId, Entry>()

  get participants(): Participant[] {
    return Array.from(this.#entries.values(), ({ participant }) => participant)
  }

  find(id: MemberId): Participant | undefined {
    return this.#entries.get(id)?.participant
  }

  /** Whose display it is; undefined: nobody's. */
  idOf(display: string): MemberId | undefined {
    for (const [id, { participant }] of this.#entries)
      if (participant.display === display) return id
    return undefined
  }

  add({ id, label }: Pick<MemberInfo, 'id' | 'label'>, publishing: boolean): Participant {
    const participant = { display: label, publishing }
    this.#entries.set(id, { participant, hasPublished: publishing })
    return participant
  }

  /** Returns who it is, when that is known. */
  setPublishing(id: MemberId, publishing: boolean): Participant | undefined {
    const entry = this.#entries.get(id)
    if (!entry) return undefined
    entry.participant.publishing = publishing
    entry.hasPublished ||= publishing
    return entry.participant
  }

  /**
   * Returns who it was, when the others are to hear of it. Pages for two take their picture away at
   * any `leave`: one who never published does not disturb two who do.
   */
  remove(id: MemberId): Participant | undefined {
    const entry = this.#entries.get(id)
    this.#entries.delete(id)
    if (!entry) return undefined
    const rest = this.participants.filter(({ publishing }) => publishing)
    return entry.hasPublished || rest.length < 2 ? entry.participant : undefined
  }
}
