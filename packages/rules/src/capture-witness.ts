import { expect } from 'bun:test'
import type { Agreement, CaptureId, CapturePurpose, MemberId, Notice } from './notice.ts'
import type { Room, RoomEvent } from './room-state.ts'

export const NOTHING_AGREED: Agreement = { consents: [], active: [] }

interface Told {
  purpose: CapturePurpose
  members: readonly MemberId[]
}

/**
 * Carries captures out as it is told, and compares that with the room: each begins and ends once, and runs only while
 * the same two agree. For the property test of rooms.
 */
export class CaptureWitness {
  /** What goes on. */
  readonly #running = new Map<CaptureId, Told>()
  readonly #begun = new Map<CaptureId, Told>()

  /** The members of one that goes on, or ever did. */
  membersOf(capture: CaptureId): readonly MemberId[] {
    return this.#begun.get(capture)?.members ?? []
  }

  /** Says how one goes: of those that are on for even numbers, of all that ever were for odd ones. */
  report(number: number, isOver: boolean): RoomEvent {
    const ids = [...(number % 2 === 0 ? this.#running : this.#begun).keys()]
    const capture = ids[number % Math.max(1, ids.length)] ?? 'none'
    const members = this.membersOf(capture)
    if (isOver) this.#running.delete(capture)
    return { type: 'capture-state', capture, members, isOver, progress: `progress ${number}` }
  }

  /** B3, B4: what it is told to begin and to stop. */
  hear(notice: Notice): void {
    if (notice.type === 'capture-begun') {
      const { id, purpose, members } = notice
      expect(this.#begun.has(id)).toBe(false)
      expect(this.#runningOf(purpose)).toEqual([])
      const told = { purpose, members: members.map((member) => member.id) }
      this.#running.set(id, told)
      this.#begun.set(id, told)
    } else if (notice.type === 'capture-over') {
      const running = this.#runningOf(notice.purpose)
      expect(running).toHaveLength(1)
      for (const id of running) this.#running.delete(id)
    } else throw new TypeError(notice.type)
  }

  /** B1, B3, B4: what is on is of two, who can and do agree, and who are the same as at first. */
  check(room: Room | undefined): void {
    const { captures = [], members = [] } = room ?? {}
    expect(captures.map(({ id }) => id)).toEqual([...this.#running.keys()])
    for (const { id, purpose } of captures) {
      expect(members).toHaveLength(2)
      expect(this.membersOf(id)).toEqual(members.map((member) => member.id))
      for (const { consents, dialect } of members) {
        expect(consents).toContain(purpose)
        expect(dialect.consentsTo).toContain(purpose)
      }
    }
  }

  #runningOf(purpose: CapturePurpose): CaptureId[] {
    return [...this.#running].filter(([, told]) => told.purpose === purpose).map(([id]) => id)
  }
}

/** What everybody is to know. */
export function agreementOf(room: Room | undefined): Agreement {
  const { captures = [], members = [] } = room ?? {}
  return {
    consents: members.flatMap(({ id, consents }) =>
      consents.length === 0 ? [] : [{ member: id, purposes: consents }],
    ),
    active: captures.map(({ id, purpose, by }) => ({ id, purpose, by })),
  }
}
