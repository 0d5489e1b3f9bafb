import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { receiverOf } from './members.ts'
import type { MemberId, Notice } from './notice.ts'
import { emptyRoom, nextRoom } from './room.ts'
import type { Effect, Room, RoomEvent } from './room-state.ts'
import { FULL, OFFER, PLAIN, TEST_CAST } from './scene.ts'

const isLong = process.env['DUET_LONG'] === '1'

/** Two pages of one receiver, one of another receiver, three people with something to show. */
const PEOPLE = ['tv', 'tv2', 'other', 'ann', 'ben', 'cid'] as const
type Person = (typeof PEOPLE)[number]
const HOLDERS: Partial<Record<Person, string>> = { tv: 'one', tv2: 'one', other: 'another' }

const anyone = fc.constantFrom(...PEOPLE)
const anyAction = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constant('join'), person: anyone }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('signal'), person: anyone }) },
  ...(
    [
      'join-anew',
      'leave',
      'connection-lost',
      'connection-back',
      'grace-over',
      'deaf',
      'dismiss',
      'renew',
      'code-due',
    ] as const
  ).map((type) => ({
    weight: 1,
    arbitrary: fc.record({ type: fc.constant(type), person: anyone }),
  })),
)
type Action = typeof anyAction extends fc.Arbitrary<infer Value> ? Value : never

test(
  'T1-T7 whatever two TVs and three people do, in any order, the rules hold',
  () => {
    fc.assert(
      fc.property(
        fc.array(anyAction, { minLength: 10, maxLength: 60, size: 'max' }),
        fc.subarray([...PEOPLE]),
        (actions, plainSpeakers) => {
          const history = new History(plainSpeakers)
          for (const each of actions) history.act(each)
          history.end()
        },
      ),
      { numRuns: isLong ? 100_000 : 2_000, includeErrorInReport: true },
    )
  },
  isLong ? 20 * 60_000 : 30_000,
)

class History {
  #room: Room | undefined
  readonly #sessions = new Map<Person, number>()
  /** Whom each address believes to sit with; absent: it has no seat. */
  readonly #views = new Map<string, Set<MemberId>>()
  readonly #plainSpeakers: readonly Person[]
  #count = 0

  constructor(plainSpeakers: readonly Person[]) {
    this.#plainSpeakers = plainSpeakers
  }

  act({ type, person }: Action): void {
    if (type === 'renew') {
      this.#sessions.set(person, (this.#sessions.get(person) ?? 0) + 1)
      return
    }
    this.#play(this.#eventOf(type, person))
  }

  /** Everybody goes, and time passes: nothing stays, not even the code. */
  end(): void {
    for (const { address } of this.#room?.members ?? []) {
      this.#play({ type: 'connection-lost', from: address })
      this.#play({ type: 'grace-over', from: address })
    }
    this.#play({ type: 'code-due' })
    this.#play({ type: 'code-due' })
    expect(this.#room).toBeUndefined()
  }

  #eventOf(type: Exclude<Action['type'], 'renew'>, person: Person): RoomEvent {
    const from = `${person}${this.#sessions.get(person) ?? 0}`
    const ref = ++this.#count
    switch (type) {
      case 'join':
      case 'join-anew': {
        const holder = HOLDERS[person]
        const newcomer = {
          id: `m${ref}`,
          address: from,
          name: person,
          // Another run of its page says so in the same session.
          tag: type === 'join' ? `tag-${person}` : `tag-${ref}`,
          dialect: this.#plainSpeakers.includes(person) ? PLAIN : FULL,
          ...(holder === undefined ? {} : { receiver: { holder } }),
        }
        return { type: 'join', newcomer, wait: false, ref }
      }
      case 'signal':
        return { type, from, to: undefined, signal: OFFER, ref }
      case 'deaf': {
        const peer = this.#room?.members.find(({ address }) => address !== from)?.id ?? 'nobody'
        return { type: 'hearing', from, peer, hears: false }
      }
      case 'dismiss':
        return { type, from, peer: undefined, ref }
      case 'code-due':
        return { type }
      default:
        return { type, from }
    }
  }

  #play(event: RoomEvent): void {
    const before = this.#room ?? emptyRoom(TEST_CAST)
    const [after, effects] = nextRoom(before, event)
    this.#room = after
    for (const { to, notice } of effects) this.#tell(to, notice)
    this.#checkSeats(before, after)
    this.#checkCode(before, after)
    this.#checkStep(event, before, effects)
    this.#checkViews(after)
  }

  #tell(address: string, notice: Notice): void {
    switch (notice.type) {
      case 'joined':
        this.#views.set(address, new Set(notice.peers.map(({ peer }) => peer.id)))
        break
      case 'left':
      case 'seat-lost':
      case 'dismissed':
        this.#views.delete(address)
        break
      case 'peer-joined':
        // R3: the other seat was empty, in the eyes of this member too.
        expect(this.#views.get(address)?.size).toBe(0)
        this.#views.get(address)?.add(notice.peer.id)
        break
      case 'peer-left':
        expect(this.#views.get(address)?.delete(notice.peer)).toBe(true)
        break
      case 'signal':
        expect(this.#views.get(address)).toContain(notice.from)
        break
      default:
        break
    }
  }

  /** T2, T3: one receiver, one sender, and no sender comes without a receiver. */
  #checkSeats(before: Room, after: Room | undefined): void {
    const members = after?.members ?? []
    expect(members.filter(({ receiver }) => receiver).length).toBeLessThanOrEqual(1)
    expect(members.filter(({ receiver }) => !receiver).length).toBeLessThanOrEqual(1)
    const known = new Set(before.members.map(({ tag }) => tag))
    const hasNewSender = members.some(({ receiver, tag }) => !receiver && !known.has(tag))
    if (hasNewSender) expect(receiverOf(members)).toBeDefined()
  }

  /** T5: shown while its receiver has its seat; nobody waits for a receiver when it is over. */
  #checkCode(before: Room, after: Room | undefined): void {
    const receiver = receiverOf(after?.members ?? [])
    const code = after?.code
    expect(code?.name === 'shown').toBe(receiver !== undefined)
    if (code?.name === 'shown') expect(code.holder).toBe(receiver?.receiver?.holder ?? '')
    if (code === undefined || code.name === 'over') expect(after?.members ?? []).toEqual([])
    // T2: a code goes from one receiver to another only when it was nobody's in between.
    if (before.code && before.code.name !== 'over' && code && code.name !== 'over') {
      expect(code.holder).toBe(before.code.holder)
    }
  }

  #checkStep(event: RoomEvent, before: Room, effects: Effect[]): void {
    if (event.type === 'join') {
      const [reply] = effects
      expect(reply?.to).toBe(event.newcomer.address)
      expect(['joined', 'full', 'refused']).toContain(reply?.notice.type ?? '')
    }
    // T4: only the receiver puts anybody out, but for the end of the code and its own other page.
    const isPutOut = effects.some(
      ({ notice }) => notice.type === 'dismissed' && notice.reason === 'receiver',
    )
    if (isPutOut) {
      expect(event.type === 'dismiss' && event.from).toBe(receiverOf(before.members)?.address ?? '')
    }
    // T4: whoever is to offer is the sender.
    for (const { to, notice } of effects) {
      const offers = 'offers' in notice && notice.offers
      if (!offers) continue
      const member = this.#room?.members.find(({ address }) => address === to)
      expect([notice.type, member?.receiver]).toEqual([notice.type, undefined])
    }
  }

  /** What everybody was told is how it is. */
  #checkViews(after: Room | undefined): void {
    const members = after?.members ?? []
    expect(Array.from(this.#views.keys()).sort()).toEqual(
      members.map(({ address }) => address).sort(),
    )
    for (const { id, address } of members) {
      const peers = members.map((other) => other.id).filter((other) => other !== id)
      expect(Array.from(this.#views.get(address) ?? [])).toEqual(peers)
    }
  }
}
