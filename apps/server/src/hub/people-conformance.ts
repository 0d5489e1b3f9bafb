import { describe, expect, test } from 'bun:test'
import {
  nextPersons,
  othersConcerned,
  type CallJournalEntry,
  type CallNotice,
  type PersonEvent,
} from '@duet/rules'
import type { PeopleHub, PresenceChange } from './people-hub.ts'

/** Everybody who listens at a hub, and what they heard, in the order in which they heard it. */
class Audience {
  readonly hub: PeopleHub
  readonly heard: { address: string; notice: CallNotice }[] = []
  readonly presences: PresenceChange[] = []
  readonly journal: CallJournalEntry[] = []
  readonly #unsubscribes: (() => void)[] = []

  constructor(hub: PeopleHub) {
    this.hub = hub
    this.#unsubscribes.push(hub.watch((change) => this.presences.push(change)))
  }

  listen(address: string, react?: (notice: CallNotice) => void): () => void {
    const unsubscribe = this.hub.subscribe(address, (notice) => {
      this.heard.push({ address, notice })
      react?.(notice)
    })
    this.#unsubscribes.push(unsubscribe)
    return unsubscribe
  }

  async apply(event: PersonEvent): Promise<void> {
    await this.hub.update({
      user: event.user,
      others: (person) => othersConcerned(person, event),
      apply: (persons) => nextPersons(persons, event),
      onJournal: (entry) => this.journal.push(entry),
    })
  }

  /** `2b` is a device of user 2. */
  attend(address: string): Promise<void> {
    const device = { address, isAway: false, connectsEarly: true }
    return this.apply({
      type: 'attend',
      user: Number.parseInt(address),
      device,
      doNotDisturb: false,
    })
  }

  place(address: string, to: number, call: string): Promise<void> {
    const user = Number.parseInt(address)
    const how = { media: 'audio', canWake: false, at: 0, ref: 1 } as const
    return this.apply({ type: 'place', user, address, to, call, ...how })
  }

  accept(address: string, call: string): Promise<void> {
    const user = Number.parseInt(address)
    return this.apply({ type: 'accept', user, address, call, at: 1, ref: 2 })
  }

  leave(address: string): Promise<void> {
    const user = Number.parseInt(address)
    return this.apply({ type: 'device-gone', user, address, isLost: false, at: 2 })
  }

  typesAt(address: string): string[] {
    return this.heard.filter((each) => each.address === address).map(({ notice }) => notice.type)
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribes) unsubscribe()
  }
}

export interface PeopleHubUnderTest {
  hub: PeopleHub
  /** Resolves when everything that was told has been heard. */
  settle: () => Promise<void>
  close: () => Promise<void>
}

/** What every hub of people must do, whatever keeps its persons; run for each implementation. */
export function describePeopleHub(name: string, open: () => Promise<PeopleHubUnderTest>): void {
  const withHub = (run: (audience: Audience, settle: () => Promise<void>) => Promise<void>) => {
    return async () => {
      const { hub, settle, close } = await open()
      const audience = new Audience(hub)
      try {
        await run(audience, settle)
      } finally {
        audience.close()
        await close()
      }
    }
  }

  describe(`${name} hub of people`, () => {
    test(
      'K6 of two devices that accept at once exactly one has the call',
      withHub(async (audience, settle) => {
        for (const address of ['1a', '2a', '2b']) {
          audience.listen(address)
          await audience.attend(address)
        }
        await audience.place('1a', 2, 'K')
        await Promise.all([audience.accept('2a', 'K'), audience.accept('2b', 'K')])
        await settle()
        const lasts = ['2a', '2b'].flatMap((address) => audience.typesAt(address).slice(1))
        expect(lasts.filter((type) => type === 'call-accepted')).toHaveLength(1)
        expect(audience.typesAt('1a')).toEqual(['call-placed', 'call-accepted'])
        expect(audience.journal.map(({ type }) => type)).toEqual(['begun', 'answered'])
      }),
    )

    test(
      'K1 both who are in a call have the same one, and so it ends for both',
      withHub(async (audience, settle) => {
        for (const address of ['1a', '2a']) await audience.attend(address)
        await audience.place('1a', 2, 'K')
        expect([1, 2].map((user) => audience.hub.person(user)?.call?.id)).toEqual(['K', 'K'])
        await audience.leave('1a')
        await settle()
        expect(audience.hub.person(1)).toBeUndefined()
        expect(audience.hub.person(2)?.call).toBeUndefined()
      }),
    )

    test(
      'K9 two who call each other at once are in one call',
      withHub(async (audience, settle) => {
        for (const address of ['1a', '2a']) {
          audience.listen(address)
          await audience.attend(address)
        }
        await Promise.all([audience.place('1a', 2, 'K'), audience.place('2a', 1, 'L')])
        await settle()
        const calls = [1, 2].map((user) => audience.hub.person(user)?.call)
        expect(calls[0]?.id).toBe(String(calls[1]?.id))
        expect(calls[0]?.stage.name).toBe('talking')
        expect(audience.journal.filter(({ type }) => type === 'begun')).toHaveLength(1)
      }),
    )

    test(
      'U3 presence is told when it changes, and only then',
      withHub(async (audience, settle) => {
        await audience.attend('1a')
        await audience.attend('1b')
        await audience.leave('1a')
        await audience.leave('1b')
        await audience.leave('1b')
        await settle()
        expect(audience.presences.map(({ presence }) => presence)).toEqual(['online', 'offline'])
      }),
    )

    test(
      'E4 a change that throws is rejected and changes nothing',
      withHub(async (audience, settle) => {
        await audience.attend('1a')
        const failure = await audience.hub
          .update({
            user: 1,
            others: () => [],
            apply: () => {
              throw new Error('bad change')
            },
          })
          ?.catch((error: unknown) => error)
        expect(failure).toMatchObject({ message: 'bad change' })
        await settle()
        expect(audience.hub.person(1)?.devices).toHaveLength(1)
      }),
    )

    test(
      'E4 a listener that throws keeps nobody from hearing',
      withHub(async (audience, settle) => {
        audience.hub.watch(() => {
          throw new Error('bad watcher')
        })
        audience.listen('1a', () => {
          throw new Error('bad listener')
        })
        audience.listen('2a')
        for (const address of ['1a', '2a']) await audience.attend(address)
        await audience.place('1a', 2, 'K')
        await settle()
        expect(audience.typesAt('2a')).toEqual(['incoming-call'])
        expect(audience.presences.length).toBe(3)
      }),
    )

    test(
      'what a listener causes is heard after what came before it',
      withHub(async (audience, settle) => {
        audience.listen('1a')
        audience.listen('2a', (notice) => {
          if (notice.type === 'incoming-call') void audience.accept('2a', 'K')
        })
        for (const address of ['1a', '2a']) await audience.attend(address)
        await audience.place('1a', 2, 'K')
        await settle()
        expect(audience.typesAt('1a')).toEqual(['call-placed', 'call-accepted'])
      }),
    )

    test(
      'an address that nobody listens at is passed over; an old unsubscribe takes nothing away',
      withHub(async (audience, settle) => {
        for (const address of ['1a', '2a']) await audience.attend(address)
        const unsubscribe = audience.listen('2a')
        audience.listen('2a')
        unsubscribe()
        await audience.place('1a', 2, 'K')
        await settle()
        expect(audience.typesAt('2a')).toEqual(['incoming-call'])
      }),
    )
  })
}
