import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { agreementOf, CaptureWitness, NOTHING_AGREED } from './capture-witness.ts'
import type { Agreement, CapturePurpose, MemberId, Notice } from './notice.ts'
import { emptyRoom, nextRoom } from './room.ts'
import type { Effect, Room, RoomEvent, RoomPolicy } from './room-state.ts'
import { FULL, PLAIN, TEST_POLICY } from './scene.ts'

const isLong = process.env['DUET_LONG'] === '1'
const historyCount = isLong ? 100_000 : 1_000

/** Where begins and stops of captures are told. */
const WATCHER = TEST_POLICY.captures?.watcher

/** Four people; `renew` is a new session of the same run of a page, `agree` a consent of all who are there. */
const anyone = fc.constantFrom('a', 'b', 'c', 'd')
const anyAction = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('join'), person: anyone, wait: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('signal'), person: anyone, to: fc.option(anyone) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('hearing'), person: anyone, peer: anyone }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('publishing'),
      person: anyone,
      isPublishing: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constantFrom('consent', 'capture', 'capture-state', 'agree'),
      person: anyone,
      purpose: fc.constantFrom<CapturePurpose>('record', 'live'),
      isOn: fc.boolean(),
    }),
  },
  ...(['leave', 'connection-lost', 'connection-back', 'grace-over', 'chat', 'renew'] as const).map(
    (type) => ({ weight: 1, arbitrary: fc.record({ type: fc.constant(type), person: anyone }) }),
  ),
)
type Action = (typeof anyAction extends fc.Arbitrary<infer Value> ? Value : never) & {
  wait?: boolean
  to?: string | null
  peer?: string
  isPublishing?: boolean
  purpose?: CapturePurpose
  isOn?: boolean
}

test(
  'R1-R17 B1-B6 whatever four people do, in any order, the rules hold',
  () => {
    fc.assert(
      fc.property(
        fc.array(anyAction, { minLength: 10, maxLength: 60, size: 'max' }),
        fc.constantFrom(2, 3),
        fc.subarray(['a', 'b', 'c', 'd']),
        fc.constantFrom(undefined, 1, 4),
        (actions, capacity, plainSpeakers, capacityAmong) => {
          const among = capacityAmong && { dialect: PLAIN.name, capacity: capacityAmong }
          const policy = { ...TEST_POLICY, capacity, ...(among && { among }) }
          const history = new History(policy, plainSpeakers)
          for (const each of actions) history.act(each)
          history.end()
        },
      ),
      { numRuns: historyCount, includeErrorInReport: true },
    )
  },
  isLong ? 20 * 60_000 : 30_000,
)

/** What one address has been told, put together. */
interface View {
  self: MemberId | undefined
  peers: Map<MemberId, { label: string; isPublishing: boolean }>
  isInLine: boolean
  /** What it heard of consents and captures last. */
  agreement: Agreement
}

class History {
  #room: Room | undefined
  readonly #sessions = new Map<string, number>()
  readonly #views = new Map<string, View>()
  readonly #delivered = new Set<string>()
  readonly #captures = new CaptureWitness()
  readonly #policy: RoomPolicy
  /** Who speaks a dialect of signals only. */
  readonly #plainSpeakers: readonly string[]
  #count = 0

  constructor(policy: RoomPolicy, plainSpeakers: readonly string[]) {
    this.#policy = policy
    this.#plainSpeakers = plainSpeakers
  }

  get #mostSeats(): number {
    return Math.max(this.#policy.capacity, this.#policy.among?.capacity ?? 0)
  }

  act(action: Action): void {
    const { person } = action
    if (action.type === 'renew') {
      this.#sessions.set(person, (this.#sessions.get(person) ?? 0) + 1)
      return
    }
    if (action.type === 'agree') return this.#agree(action)
    this.#play(this.#eventOf(action))
  }

  #agree({ person, purpose = 'record' }: Action): void {
    for (const { address } of this.#room?.members ?? []) {
      this.#play({ type: 'consent', from: address, purpose, isGiven: true, ref: ++this.#count })
    }
    this.#play(this.#eventOf({ type: 'capture', person, purpose, isOn: true }))
  }

  /** Everybody goes, one way or the other: nobody stays. */
  end(): void {
    for (const { address } of [...(this.#room?.line ?? []), ...(this.#room?.members ?? [])]) {
      this.#play({ type: 'connection-lost', from: address })
      this.#play({ type: 'grace-over', from: address })
    }
    expect(this.#room).toBeUndefined()
  }

  #addressOf(person: string): string {
    return `${person}${this.#sessions.get(person) ?? 0}`
  }

  #memberOf(person: string): MemberId {
    const tag = `tag-${person}`
    return this.#room?.members.find((member) => member.tag === tag)?.id ?? 'nobody'
  }

  #eventOf({ type, person, wait, to, peer, ...more }: Action): RoomEvent {
    const from = this.#addressOf(person)
    const number = ++this.#count
    switch (type) {
      case 'join': {
        const newcomer = {
          id: `m${number}`,
          address: from,
          // Two are called the same.
          name: person === 'd' ? 'c' : person,
          tag: `tag-${person}`,
          dialect: this.#plainSpeakers.includes(person) ? PLAIN : FULL,
        }
        return { type, newcomer, wait: wait ?? false, ref: number }
      }
      case 'signal': {
        const description = { type: 'offer' as const, sdp: `offer ${number}` }
        const target = to == null ? undefined : this.#memberOf(to)
        return { type, from, to: target, signal: { type: 'description', description }, ref: number }
      }
      case 'hearing':
        return { type, from, peer: this.#memberOf(peer ?? ''), hears: number % 2 === 0 }
      case 'publishing':
        return { type, from, isPublishing: more.isPublishing ?? false }
      case 'consent': {
        const { purpose = 'record', isOn: isGiven = false } = more
        return { type, from, purpose, isGiven, ref: number }
      }
      case 'capture': {
        const { purpose = 'record', isOn = false } = more
        return { type, from, id: `c${number}`, purpose, isOn, place: 'lake', ref: number }
      }
      case 'capture-state':
        return this.#captures.report(number, more.isOn === false)
      case 'chat':
        return { type, from, text: { body: 'hello', isSealed: false }, ref: number }
      case 'leave':
      case 'connection-lost':
      case 'connection-back':
      case 'grace-over':
        return { type, from }
      default:
        throw new TypeError(type)
    }
  }

  #play(event: RoomEvent): void {
    const before = this.#room ?? emptyRoom(this.#policy)
    const [after, effects] = nextRoom(before, event)
    this.#room = after
    this.#checkEffects({ event, before, after, effects })
    for (const { to, notice } of effects) {
      if (to === WATCHER) this.#captures.hear(notice)
      else this.#tell(to, notice)
    }
    this.#checkRoom(after)
    this.#captures.check(after)
    this.#checkViews(after)
  }

  #checkEffects({
    event,
    before,
    after,
    effects,
  }: {
    event: RoomEvent
    before: Room
    after: Room | undefined
    effects: Effect[]
  }): void {
    // Only what nobody in the room asks for has nobody to answer.
    if (!('from' in event) && event.type !== 'join') return
    const asker = event.type === 'join' ? event.newcomer.address : event.from
    const people = new Set([asker, ...addressesIn(before), ...addressesIn(after)])
    for (const { to } of effects) if (to !== WATCHER) expect(people).toContain(to)

    // R3: a request is answered first, and exactly once.
    if (event.type === 'join' || event.type === 'leave') {
      const replies = effects.filter(({ to, notice }) => to === asker && isReply(notice))
      expect(replies.length).toBe(1)
      expect(effects[0]).toBe(replies[0] as Effect)
    }

    // R8: whoever lost a seat to the deed of another was away, and heard by nobody who is here;
    // R14: when its time is over, by nobody who would say so.
    for (const member of before.members) {
      const isGone = !after?.members.some(({ id }) => id === member.id)
      if (!isGone || (event.type === 'leave' && member.address === asker)) continue
      expect(member.presence).not.toBe('here')
      const isOver =
        event.type === 'grace-over' || event.type === 'leave' || member.presence === 'expired'
      const hears =
        member.isHeard &&
        !(event.type === 'hearing' && event.peer === member.id && !event.hears) &&
        before.members.some(
          (other) =>
            other.id !== member.id &&
            other.presence === 'here' &&
            (other.dialect.tellsHearing || !isOver) &&
            !(event.type === 'leave' && other.address === asker),
        )
      expect(hears).toBe(false)
    }
  }

  /** Follows what an address is told; each notice must make sense to it. */
  #tell(address: string, notice: Notice): void {
    const view = this.#views.get(address) ?? nothing()
    this.#views.set(address, view)
    switch (notice.type) {
      case 'joined':
        expect(view.self).toBeUndefined()
        view.self = notice.self
        view.isInLine = false
        view.agreement = notice.captures ?? NOTHING_AGREED
        view.peers = new Map(
          notice.peers.map(({ peer, isPublishing }) => [
            peer.id,
            { label: peer.label, isPublishing },
          ]),
        )
        for (const { signals } of notice.peers)
          for (const signal of signals) this.#deliver(signal, 'newcomer')
        break
      case 'full':
        expect(view.self).toBeUndefined()
        view.isInLine = notice.waiting
        break
      case 'left':
      case 'seat-lost':
        this.#views.set(address, nothing())
        break
      case 'peer-joined':
        // R3: the seat was empty before, in the eyes of this member too.
        expect(view.self).toBeDefined()
        expect(view.peers.size).toBeLessThan(this.#mostSeats - 1)
        view.peers.set(notice.peer.id, { label: notice.peer.label, isPublishing: false })
        break
      case 'peer-left':
        expect(view.peers.delete(notice.peer)).toBe(true)
        break
      case 'peer-away':
      case 'peer-back':
        expect(view.peers.has(notice.peer)).toBe(true)
        break
      case 'peer-publishing':
        // R17: only a change is told.
        expect(view.peers.get(notice.peer)?.isPublishing).toBe(!notice.isPublishing)
        Object.assign(view.peers.get(notice.peer) ?? {}, { isPublishing: notice.isPublishing })
        break
      case 'signal':
        expect(view.peers.has(notice.from)).toBe(true)
        this.#deliver(notice.signal, address)
        break
      case 'chat':
        expect(view.peers.has(notice.from)).toBe(true)
        break
      case 'captures': {
        // B5: only a change is told.
        const { consents, active } = notice
        expect({ consents, active }).not.toEqual(view.agreement)
        view.agreement = { consents, active }
        break
      }
      case 'capture-state':
        // B6: to those who are, or were, in it.
        expect(this.#captures.membersOf(notice.capture)).toContain(view.self as MemberId)
        break
      case 'refused':
        break
    }
  }

  /** R6: a signal reaches nobody twice, and what was kept reaches one newcomer. */
  #deliver(signal: unknown, to: string): void {
    const delivery = `${JSON.stringify(signal)} to ${to}`
    expect(this.#delivered).not.toContain(delivery)
    this.#delivered.add(delivery)
  }

  #checkRoom(room: Room | undefined): void {
    if (!room) return
    const { members, line } = room
    expect(members.length + line.length).toBeGreaterThan(0)
    // R16: more than two only of one dialect among itself.
    const { among, capacity } = this.#policy
    const isAmong = members.every(({ dialect }) => dialect.name === among?.dialect)
    expect(members.length).toBeLessThanOrEqual(isAmong ? this.#mostSeats : capacity)
    expect(line.length).toBeLessThanOrEqual(this.#policy.maxWaiting)
    // Nobody sits twice, waits twice, or sits and waits.
    const addresses = addressesIn(room)
    expect(new Set(addresses).size).toBe(addresses.length)
    expect(new Set(members.map(({ id }) => id)).size).toBe(members.length)
    expect(new Set(members.map(({ tag }) => tag)).size).toBe(members.length)
    expect(new Set(members.map(({ label }) => label)).size).toBe(members.length)
    // R7: nobody who can be reached waits before an empty seat.
    if (members.length < Math.min(capacity, among?.capacity ?? capacity))
      expect(line.every(({ isAway }) => isAway)).toBe(true)
    // R11: a seat past its time is kept only for somebody who is, or was just, here.
    for (const { kept, dialect } of members) {
      expect(kept.length).toBeLessThanOrEqual(dialect.leavesOffers ? 1 : 0)
    }
  }

  /** What everybody was told is how it is. */
  #checkViews(room: Room | undefined): void {
    const members = room?.members ?? []
    for (const [address, view] of this.#views) {
      const member = members.find((each) => each.address === address)
      expect(view.self).toBe(member?.id)
      // R15, R17: the same of everybody, in the order in which they came.
      const peers = member ? members.filter((each) => each !== member) : []
      expect(Array.from(view.peers)).toEqual(
        peers.map(({ id, label, isPublishing }) => [id, { label, isPublishing }]),
      )
      // B5: whoever can agree knows who did, and what is on.
      if (member?.dialect.consentsTo) expect(view.agreement).toEqual(agreementOf(room))
      // A place in line ends silently when its session does.
      if (room?.line.some((each) => each.address === address)) expect(view.isInLine).toBe(true)
    }
  }
}

function addressesIn(room: Room | undefined): string[] {
  return [...(room?.members ?? []), ...(room?.line ?? [])].map(({ address }) => address)
}

function isReply({ type }: Notice): boolean {
  return type === 'joined' || type === 'full' || type === 'left' || type === 'refused'
}

function nothing(): View {
  return { self: undefined, peers: new Map(), isInLine: false, agreement: NOTHING_AGREED }
}
