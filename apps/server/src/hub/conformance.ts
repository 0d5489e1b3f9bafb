import { describe, expect, test } from 'bun:test'
import { emptyRoom, nextRoom, type Dialect, type Notice, type RoomEvent } from '@duet/rules'
import { TALK_FOR_TWO } from '../rooms/room-policy.ts'
import type { Hub } from './hub.ts'

const DIALECT: Dialect = { name: 'test', leavesOffers: true, tellsHearing: true }

/** Everybody who listens at a hub, and what they heard, in the order in which they heard it. */
class Audience {
  readonly hub: Hub
  readonly heard: { address: string; notice: Notice }[] = []
  readonly #unsubscribes: (() => void)[] = []

  constructor(hub: Hub) {
    this.hub = hub
  }

  listen(address: string, react?: (notice: Notice) => void): () => void {
    const unsubscribe = this.hub.subscribe(address, (notice) => {
      this.heard.push({ address, notice })
      react?.(notice)
    })
    this.#unsubscribes.push(unsubscribe)
    return unsubscribe
  }

  async update(room: string, event: RoomEvent): Promise<void> {
    await this.hub.update(room, (before) => nextRoom(before ?? emptyRoom(TALK_FOR_TWO), event))
  }

  join(room: string, address: string, wait = false): Promise<void> {
    const newcomer = {
      id: `id-${address}`,
      address,
      name: '',
      tag: `tag-${address}`,
      dialect: DIALECT,
    }
    return this.update(room, { type: 'join', newcomer, wait, ref: 0 })
  }

  chat(room: string, from: string, body: string): Promise<void> {
    return this.update(room, { type: 'chat', from, text: { body, isSealed: false }, ref: 0 })
  }

  at(address: string): Notice[] {
    return this.heard.filter((each) => each.address === address).map(({ notice }) => notice)
  }

  typesAt(address: string): string[] {
    return this.at(address).map(({ type }) => type)
  }

  textsAt(address: string): string[] {
    return this.at(address).flatMap((notice) => (notice.type === 'chat' ? [notice.text.body] : []))
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribes) unsubscribe()
  }
}

export interface HubUnderTest {
  hub: Hub
  /** Resolves when everything that was told has been heard. */
  settle: () => Promise<void>
  close: () => Promise<void>
}

/** What every hub must do, whatever keeps its rooms; run for each implementation. */
export function describeHub(name: string, open: () => Promise<HubUnderTest>): void {
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

  describe(`${name} hub`, () => {
    test(
      'R1 of twenty joins at once exactly two get in, and the others are told',
      withHub(async (audience, settle) => {
        const people = Array.from({ length: 20 }, (_, index) => `p${index}`)
        for (const address of people) audience.listen(address)
        await Promise.all(people.map((address) => audience.join('lake', address)))
        await settle()
        const replies = people.map((address) => audience.typesAt(address)[0])
        expect(replies.filter((type) => type === 'joined').length).toBe(2)
        expect(replies.filter((type) => type === 'full').length).toBe(18)
      }),
    )

    test(
      'R1 rooms are independent of each other',
      withHub(async (audience, settle) => {
        for (const address of ['a', 'b', 'c']) audience.listen(address)
        await Promise.all([
          audience.join('lake', 'a'),
          audience.join('sea', 'b'),
          audience.join('__proto__', 'c'),
        ])
        await settle()
        for (const address of ['a', 'b', 'c']) expect(audience.typesAt(address)).toEqual(['joined'])
      }),
    )

    test(
      'R3 what one caller does in order is heard in order, without waiting in between',
      withHub(async (audience, settle) => {
        for (const address of ['a', 'b']) audience.listen(address)
        const texts = Array.from({ length: 50 }, (_, index) => String(index))
        await Promise.all([
          audience.join('lake', 'a'),
          audience.join('lake', 'b'),
          ...texts.map((text) => audience.chat('lake', 'a', text)),
        ])
        await settle()
        expect(audience.textsAt('b')).toEqual(texts)
      }),
    )

    test(
      'R3 two who talk at once are heard in the same order everywhere',
      withHub(async (audience, settle) => {
        const capacity = 0
        for (const address of ['a', 'b', 'c', 'd']) {
          audience.listen(address)
          const newcomer = {
            id: `id-${address}`,
            address,
            name: '',
            tag: `tag-${address}`,
            dialect: DIALECT,
          }
          await audience.hub.update('hall', (room) =>
            nextRoom(room ?? emptyRoom({ ...TALK_FOR_TWO, capacity }), {
              type: 'join',
              newcomer,
              wait: false,
              ref: 0,
            }),
          )
        }
        await Promise.all(
          Array.from({ length: 20 }, (_, index) =>
            audience.chat('hall', index % 2 === 0 ? 'a' : 'b', String(index)),
          ),
        )
        await settle()
        expect(audience.textsAt('c').length).toBe(20)
        expect(audience.textsAt('c')).toEqual(audience.textsAt('d'))
      }),
    )

    test(
      'R3 what a listener causes is heard after what came before it',
      withHub(async (audience, settle) => {
        audience.listen('a', (notice) => {
          if (notice.type === 'peer-joined') void audience.chat('lake', 'a', 'welcome')
        })
        audience.listen('b', (notice) => {
          if (notice.type === 'joined') void audience.chat('lake', 'b', 'here I am')
        })
        await audience.join('lake', 'a')
        await audience.join('lake', 'b')
        await settle()
        expect(audience.typesAt('a')).toEqual(['joined', 'peer-joined', 'chat'])
        expect(audience.typesAt('b')).toEqual(['joined', 'chat'])
      }),
    )

    test(
      'R12 a room in which nobody is begins anew',
      withHub(async (audience, settle) => {
        audience.listen('a')
        await audience.join('lake', 'a')
        await audience.update('lake', { type: 'leave', from: 'a' })
        let isForgotten = false
        await audience.hub.update('lake', (room) => {
          isForgotten = room === undefined
          return [room, []]
        })
        await settle()
        expect(isForgotten).toBe(true)
      }),
    )

    test(
      'E4 a change that throws is rejected and changes nothing',
      withHub(async (audience, settle) => {
        audience.listen('a')
        await audience.join('lake', 'a')
        const failure = await audience.hub
          .update('lake', () => {
            throw new Error('bad change')
          })
          ?.catch((error: unknown) => error)
        expect(failure).toMatchObject({ message: 'bad change' })
        audience.listen('b')
        await audience.join('lake', 'b')
        await settle()
        expect(audience.typesAt('a')).toEqual(['joined', 'peer-joined'])
      }),
    )

    test(
      'E4 a listener that throws keeps nobody from hearing',
      withHub(async (audience, settle) => {
        audience.listen('a')
        audience.listen('b', () => {
          throw new Error('bad listener')
        })
        await audience.join('lake', 'a')
        await audience.join('lake', 'b')
        await audience.chat('lake', 'a', 'still here')
        await settle()
        expect(audience.typesAt('a')).toEqual(['joined', 'peer-joined'])
        expect(audience.textsAt('b')).toEqual(['still here'])
      }),
    )

    test(
      'an address that nobody listens at is passed over; an old unsubscribe takes nothing away',
      withHub(async (audience, settle) => {
        const unsubscribe = audience.listen('a')
        await audience.join('lake', 'a')
        await settle()
        unsubscribe()
        await audience.join('lake', 'b')
        await settle()
        expect(audience.typesAt('a')).toEqual(['joined'])
        audience.listen('a')
        unsubscribe()
        await audience.update('lake', { type: 'leave', from: 'b' })
        await settle()
        expect(audience.typesAt('a')).toEqual(['joined', 'peer-left'])
      }),
    )
  })
}
