import { expect } from 'bun:test'
import type { CallJournalEntry, CallNotice, PersonEffect } from './call-notice.ts'
import {
  MAX_EARLY_LEGS,
  MAX_LEGS_PER_CALL,
  presenceOf,
  type CallId,
  type CallInfo,
  type Person,
  type UserId,
  type UserPresence,
} from './person.ts'

/** What a device believes, from what it was told alone. */
export interface View {
  user: UserId
  /** The call that it rings for. */
  ringing?: { call: CallId; leg: number | undefined } | undefined
  /** The call that it placed; whether it heard that anything rings. */
  out?: { call: CallId; rings: boolean; legs: number[] } | undefined
  /** The call that it has. */
  has?: { call: CallId; leg: number } | undefined
}

/** What the history has of a call. */
interface Record {
  info: CallInfo
  isAnswered: boolean
  isEnded: boolean
}

/**
 * Hears everything that is told, and compares it with how it is: what a device believes is so,
 * what others see of a person is so, and the history is well-formed. For tests.
 */
export class Witness {
  readonly views = new Map<string, View>()
  readonly records = new Map<CallId, Record>()
  #presence = new Map<UserId, UserPresence>()

  /** A device came, maybe again. */
  welcome(address: string, user: UserId): void {
    if (!this.views.has(address)) this.views.set(address, { user })
  }

  /** `asker`: the device whose request this was. */
  hear(effects: readonly PersonEffect[], asker?: string): void {
    for (const effect of effects) {
      if (effect.type === 'notice') this.#tell(effect.to, effect.notice, effect.to === asker)
      else if (effect.type === 'journal') this.#note(effect.entry)
      else {
        // U3: told only when it changed.
        expect(this.#presence.get(effect.user) ?? 'offline').not.toBe(effect.presence)
        this.#presence.set(effect.user, effect.presence)
      }
    }
  }

  /** The server was restarted: nobody is there. */
  forgetDevices(): void {
    this.views.clear()
    this.#presence = new Map()
  }

  /** Everything that was told is how it is. */
  check(persons: ReadonlyMap<UserId, Person>): void {
    for (const user of new Set([...persons.keys(), ...this.#presence.keys()])) {
      expect(this.#presence.get(user) ?? 'offline').toBe(presenceOf(persons.get(user)))
    }
    for (const person of persons.values()) this.#checkPerson(person, persons)
    for (const [address, view] of this.views) this.#checkView(address, view, persons)
  }

  #checkPerson({ user, devices, call }: Person, persons: ReadonlyMap<UserId, Person>): void {
    expect(new Set(devices.map(({ address }) => address)).size).toBe(devices.length)
    for (const { address } of devices) expect(this.views.get(address)?.user).toBe(user)
    if (!call) return
    // K1: the same call for both; K3: the history knows that it goes on.
    expect([call.caller, call.callee]).toContain(user)
    expect(persons.get(call.caller)?.call).toBe(call)
    expect(persons.get(call.callee)?.call).toBe(call)
    const isAnswered = call.stage.name === 'talking'
    expect(this.records.get(call.id)).toMatchObject({ isAnswered, isEnded: false })
    if (call.stage.name !== 'ringing') return
    // K7: somebody waits for the answer. K5: all who are there ring. K8: legs are few, and each is one device's.
    expect(persons.get(call.caller)?.devices.map(({ address }) => address)).toContain(
      call.callerDevice,
    )
    const rung = persons.get(call.callee)?.devices.map(({ address }) => address) ?? []
    expect(call.stage.devices.map(({ address }) => address).toSorted()).toEqual(rung.toSorted())
    const legs = call.stage.devices.flatMap(({ leg }) => leg ?? [])
    expect(new Set(legs).size).toBe(legs.length)
    expect(legs.length).toBeLessThanOrEqual(MAX_EARLY_LEGS)
    expect(call.stage.nextLeg).toBeLessThanOrEqual(MAX_LEGS_PER_CALL)
  }

  /** K3, K6: it rings, calls or talks exactly if the call says so. */
  #checkView(address: string, view: View, persons: ReadonlyMap<UserId, Person>): void {
    const { user } = view
    const call = persons.get(user)?.call
    const truth: View = { user, ringing: undefined, out: undefined, has: undefined }
    if (call?.stage.name === 'ringing') {
      const { devices } = call.stage
      const ringer = devices.find((device) => device.address === address)
      if (ringer) truth.ringing = { call: call.id, leg: ringer.leg }
      if (call.callerDevice === address) {
        const rings = devices.some(({ isRinging }) => isRinging)
        truth.out = { call: call.id, rings, legs: view.out?.legs ?? [] }
      }
    } else if (call?.stage.name === 'talking') {
      const { calleeDevice, leg } = call.stage
      const holder = call.caller === user ? call.callerDevice : calleeDevice
      if (holder === address) truth.has = { call: call.id, leg }
    }
    expect(view).toEqual(truth)
  }

  /** Each notice must make sense to the one who hears it. */
  #tell(to: string, notice: CallNotice, isAnswer: boolean): void {
    const view = this.views.get(to)
    // Its session is over: it has a seat, and maybe soon a new session.
    if (!view) return
    switch (notice.type) {
      case 'call-placed':
        expect(isAnswer).toBe(true)
        view.out = { call: notice.call.id, rings: false, legs: [] }
        break
      case 'incoming-call':
        expect(notice.call.callee).toBe(view.user)
        view.ringing = { call: notice.call.id, leg: notice.leg }
        break
      case 'call-ringing':
        expect(view.out?.call).toBe(notice.call)
        if (!view.out) break
        view.out.rings = notice.isRinging
        if (notice.leg !== undefined) view.out.legs.push(notice.leg)
        break
      case 'call-accepted':
        if (!isAnswer) expect(view.out?.call).toBe(notice.call.id)
        view.ringing = undefined
        view.out = undefined
        view.has = { call: notice.call.id, leg: notice.leg }
        break
      case 'call-ended': {
        const known = [view.ringing?.call, view.out?.call, view.has?.call]
        // K3: once; another device of the caller asked for it (K7).
        if (!isAnswer) expect(known).toContain(notice.call)
        if (view.ringing?.call === notice.call) view.ringing = undefined
        if (view.out?.call === notice.call) view.out = undefined
        if (view.has?.call === notice.call) view.has = undefined
        break
      }
      case 'refused':
        expect(isAnswer).toBe(true)
    }
  }

  /** K3: begun once, answered at most once, ended once. */
  #note(entry: CallJournalEntry): void {
    const { call } = entry
    const record = this.records.get(call.id)
    if (entry.type === 'begun') {
      expect(record).toBeUndefined()
      this.records.set(call.id, { info: call, isAnswered: false, isEnded: false })
      return
    }
    expect(record).toMatchObject({ info: call, isEnded: false })
    if (!record) return
    expect(entry.at).toBeGreaterThanOrEqual(call.startedAt)
    if (entry.type === 'answered') {
      expect(record.isAnswered).toBe(false)
      record.isAnswered = true
      return
    }
    const { reason, by, text, wasAnswered } = entry
    expect(wasAnswered).toBe(record.isAnswered)
    expect(reason === 'hung-up' || reason === 'lost').toBe(wasAnswered || reason === 'lost')
    if (by !== undefined) expect([call.caller, call.callee]).toContain(by)
    if (text !== undefined) expect(reason).toBe('declined')
    record.isEnded = true
  }
}
