import { expect } from 'bun:test'
import type { PersonEffect } from './call-notice.ts'
import type { PersonEvent, PersonEventOf } from './person-event.ts'
import type { CallId, Person, UserId } from './person.ts'
import { nextPersons } from './persons.ts'
import { Witness, type View } from './persons-witness.ts'

/** Who sits in the room of one leg: names of pages. */
interface Room {
  call: CallId
  leg: number
  seated: { page: string; user: UserId }[]
}

/**
 * The server of the property test: persons, the rooms of legs, timers that fire when they like,
 * and a witness who checks each step. For tests.
 */
export class PersonsStage {
  readonly #persons = new Map<UserId, Person>()
  readonly #witness = new Witness()
  readonly #rooms = new Map<string, Room>()
  /** Calls that a restart interrupted, and those of them that went on. */
  readonly #interrupted = new Set<CallId>()
  readonly #restored = new Set<CallId>()
  /** Grows with every step. */
  now = 0

  /** What a device believes; undefined: the server does not know it. */
  viewOf(address: string | undefined): View | undefined {
    return this.#witness.views.get(address ?? '')
  }

  hasCall(user: UserId): CallId | undefined {
    return this.#persons.get(user)?.call?.id
  }

  /** Is `user`, with a device that the server knows, rung by `caller`. */
  isRungBy(user: UserId, caller: UserId, address: string): boolean {
    const person = this.#persons.get(user)
    const call = person?.call
    const isKnown = person?.devices.some((device) => device.address === address) ?? false
    return (
      isKnown && call?.stage.name === 'ringing' && call.callee === user && call.caller === caller
    )
  }

  /** One of the latest calls. */
  someCall(choice: number): CallId | undefined {
    const calls = [...this.#witness.records.keys()].slice(-3)
    return calls[choice % calls.length]
  }

  check(): void {
    this.#witness.check(this.#persons)
  }

  /** `asker`: the device whose request this is. */
  play(event: PersonEvent, asker?: string): readonly PersonEffect[] {
    if (event.type === 'attend') this.#witness.welcome(event.device.address, event.user)
    if (event.type === 'device-gone') this.#witness.views.delete(event.address)
    if (event.type === 'rejoin') this.#restore(event)
    const before = [...this.#persons]
    const kept = event.type === 'device-gone' ? this.#callKeptBySeat(event.user) : undefined
    const [changed, effects] = nextPersons(this.#persons, event)
    // Pure: what it was given is as it was.
    expect([...this.#persons]).toEqual(before)
    for (const person of changed) {
      if (person.devices.length === 0 && !person.call) this.#persons.delete(person.user)
      else this.#persons.set(person.user, person)
    }
    this.#witness.hear(effects, asker)
    if (kept !== undefined) expect(this.hasCall(event.user)).toBe(kept)
    return effects
  }

  /** Too early, in time, late, or again. */
  fireRingTimer(call: CallId): void {
    this.play({ type: 'ring-timeout', user: this.#callerOf(call), call, at: this.now })
  }

  fireRejoinTimers(): void {
    for (const call of this.#restored) {
      this.play({ type: 'rejoin-timeout', user: this.#callerOf(call), call, at: this.now })
    }
    for (const { user, call } of this.#persons.values()) {
      if (!call || !this.#restored.has(call.id) || call.stage.name !== 'talking') continue
      const holder = call.caller === user ? call.callerDevice : call.stage.calleeDevice
      expect(holder !== '' || call.stage.seated.includes(user)).toBe(true)
    }
  }

  /** All timers fired: nothing rings any more. */
  timeOut(): void {
    for (const call of this.#witness.records.keys()) this.fireRingTimer(call)
    for (const { call } of this.#persons.values()) expect(call?.stage.name).not.toBe('ringing')
    for (const view of this.#witness.views.values()) expect(view.ringing).toBeUndefined()
  }

  /** Nobody is left, and no call is without its end. */
  expectNobody(): void {
    this.check()
    expect(this.#persons.size).toBe(0)
    for (const [call, { isEnded }] of this.#witness.records) {
      expect(isEnded || this.#interrupted.has(call)).toBe(true)
    }
  }

  sit(page: string, user: UserId, { call, leg }: { call: CallId; leg: number }): void {
    const key = `${call} ${leg}`
    const room = this.#rooms.get(key) ?? { call, leg, seated: [] }
    if (room.seated.length >= 2 || room.seated.some((each) => each.page === page)) return
    this.#rooms.set(key, room)
    room.seated.push({ page, user })
    this.#tellSeats(room, false)
  }

  /** A page leaves all rooms that it is in. */
  rise(page: string, isLost: boolean): void {
    for (const [key, room] of this.#rooms) {
      const seated = room.seated.filter((each) => each.page !== page)
      if (seated.length === room.seated.length) continue
      room.seated = seated
      if (seated.length === 0) this.#rooms.delete(key)
      this.#tellRisen(room, isLost)
    }
  }

  /** K12: it ends the call if it is the room of the accepted leg, and no other one. */
  #tellRisen(room: Room, isLost: boolean): void {
    const { call: id, leg, seated } = room
    const call = this.#persons.get(this.#callerOf(id))?.call
    this.#tellSeats(room, isLost)
    if (call?.stage.name !== 'talking') return
    const { stage } = call
    const isOver = stage.seated.some((user) => !seated.some((each) => each.user === user))
    const isIts = call.id === id && stage.leg === leg
    expect(this.hasCall(call.caller) !== call.id).toBe(isIts && isOver)
  }

  /** K12: who has a seat does not lose the call with its device. */
  #callKeptBySeat(user: UserId): CallId | undefined {
    const call = this.#persons.get(user)?.call
    if (call?.stage.name !== 'talking') return undefined
    const room = this.#rooms.get(`${call.id} ${call.stage.leg}`)
    return room?.seated.some((each) => each.user === user) ? call.id : undefined
  }

  /** K11: the server dies; the media of accepted calls goes on without it. */
  restart(): void {
    for (const { call } of this.#persons.values()) if (call) this.#interrupted.add(call.id)
    this.#persons.clear()
    this.#rooms.clear()
    this.#witness.forgetDevices()
  }

  #tellSeats({ call, leg, seated }: Room, isLost: boolean): void {
    const user = this.#callerOf(call)
    const users = seated.map((each) => each.user)
    this.play({ type: 'seats', user, call, leg, seated: users, isLost, at: this.now })
  }

  #restore({ call, leg }: PersonEventOf<'rejoin'>): void {
    const record = this.#witness.records.get(call)
    if (leg === undefined || !record?.isAnswered || !this.#interrupted.has(call)) return
    const { info } = record
    this.play({ type: 'restore', user: info.caller, call: info, leg })
    if (this.hasCall(info.caller) !== call) return
    this.#interrupted.delete(call)
    this.#restored.add(call)
    // Rooms may have been entered before.
    const room = this.#rooms.get(`${call} ${leg}`)
    if (room) this.#tellSeats(room, false)
  }

  #callerOf(call: CallId): UserId {
    return this.#witness.records.get(call)?.info.caller ?? 0
  }
}
