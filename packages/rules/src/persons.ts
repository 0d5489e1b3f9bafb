import type { CallJournalEntry, CallNotice, CallRefusal, PersonEffect } from './call-notice.ts'
import {
  MAX_EARLY_LEGS,
  presenceOf,
  type CallEndReason,
  type CallId,
  type CallInfo,
  type CallMedia,
  type CallStage,
  type Device,
  type Person,
  type RingingDevice,
  type RunningCall,
  type UserId,
} from './person.ts'

/**
 * What happens to a person. `user` is who acts, `address` its device, `at` now (milliseconds since
 * the epoch), `ref` the gateway's number for the request, which comes back with the answer.
 */
export type PersonEvent =
  /** A device came that wants to be rung. */
  | { type: 'attend'; user: UserId; device: Device; doNotDisturb: boolean }
  | { type: 'connection-lost'; user: UserId; address: string }
  | { type: 'connection-back'; user: UserId; address: string }
  /** A device is gone: by its own will, or its connection did not come back. */
  | { type: 'device-gone'; user: UserId; address: string; isLost: boolean; at: number }
  | { type: 'do-not-disturb'; user: UserId; isOn: boolean }
  | {
      type: 'place'
      user: UserId
      address: string
      to: UserId
      media: CallMedia
      /** The id of the call, if it comes to be. */
      call: CallId
      /** A user without a device that is here can be woken up. */
      canWake: boolean
      at: number
      ref: number
    }
  /** A device of the callee really rings. */
  | { type: 'ringing'; user: UserId; address: string; call: CallId }
  | { type: 'accept'; user: UserId; address: string; call: CallId; at: number; ref: number }
  | {
      type: 'decline'
      user: UserId
      /** Absent: from a notification of a page that is closed. */
      address?: string
      call: CallId
      text?: string
      at: number
      ref: number
    }
  /** Cancels while it rings, hangs up after. */
  | { type: 'end'; user: UserId; address: string; call: CallId; at: number; ref: number }
  /** The page of one of the two devices of a call has a new session. */
  | { type: 'rejoin'; user: UserId; address: string; call: CallId; ref: number }
  /** `user` is the caller: nobody answered in time. */
  | { type: 'ring-timeout'; user: UserId; call: CallId; at: number }
  /** `user` is the caller: who has a seat in the room of the leg now. */
  | {
      type: 'seats'
      user: UserId
      call: CallId
      leg: number
      seated: readonly UserId[]
      isLost: boolean
      at: number
    }
  /** A call that went on while the server was away, as the history has it. */
  | { type: 'restore'; user: UserId; call: CallInfo; leg: number }

/** The person who acts, the one whom it calls, and the other one of its call, where they exist. */
export type Persons = ReadonlyMap<UserId, Person>

/** Those who changed (a person without device and call is to be forgotten), and what to do. */
export type PersonStep = [changed: Person[], effects: PersonEffect[]]

/**
 * The rules of presence and of calls between users. Pure: the same persons and event give the
 * same step. Rules U and K of docs/protocol.md.
 */
export function nextPersons(persons: Persons, event: PersonEvent): PersonStep {
  const scene = new Scene(persons)
  apply(scene, event)
  return scene.step()
}

/** Users who are concerned besides the one who acts, so that a hub can bring them. */
export function othersConcerned(person: Person | undefined, event: PersonEvent): UserId[] {
  const others: UserId[] = []
  if (event.type === 'place') others.push(event.to)
  if (event.type === 'restore') others.push(otherOf(event.call, event.user))
  if (person?.call) others.push(otherOf(person.call, person.user))
  return others.filter((user, index) => user !== event.user && others.indexOf(user) === index)
}

/** One step in the making: what changed so far, and what is to be done. */
class Scene {
  readonly #before: Persons
  readonly #changed = new Map<UserId, Person>()
  readonly #effects: PersonEffect[] = []

  constructor(persons: Persons) {
    this.#before = persons
  }

  person(user: UserId): Person {
    return (
      this.#changed.get(user) ??
      this.#before.get(user) ?? { user, doNotDisturb: false, devices: [], call: undefined }
    )
  }

  set(person: Person): void {
    this.#changed.set(person.user, person)
  }

  /** Gives the call, or its end, to both who are in it. */
  setCall({ caller, callee }: CallInfo, call: RunningCall | undefined): void {
    for (const user of [caller, callee]) this.set({ ...this.person(user), call })
  }

  tell(to: string, notice: CallNotice): void {
    this.#effects.push({ type: 'notice', to, notice })
  }

  refuse(to: string | undefined, code: CallRefusal, ref: number): void {
    if (to !== undefined) this.tell(to, { type: 'refused', code, ref })
  }

  note(entry: CallJournalEntry): void {
    this.#effects.push({ type: 'journal', entry })
  }

  step(): PersonStep {
    const changed = [...this.#changed.values()]
    const effects = changed.flatMap((person): PersonEffect[] => {
      const presence = presenceOf(person)
      if (presence === presenceOf(this.#before.get(person.user))) return []
      return [{ type: 'presence', user: person.user, presence }]
    })
    return [changed, [...this.#effects, ...effects]]
  }
}

function apply(scene: Scene, event: PersonEvent): void {
  switch (event.type) {
    case 'attend':
      return attend(scene, event)
    case 'connection-lost':
      return setAway(scene, event, true)
    case 'connection-back':
      return setAway(scene, event, false)
    case 'device-gone':
      return deviceGone(scene, event)
    case 'do-not-disturb':
      return scene.set({ ...scene.person(event.user), doNotDisturb: event.isOn })
    case 'place':
      return place(scene, event)
    case 'ringing':
      return ringing(scene, event)
    case 'accept':
      return accept(scene, event)
    case 'decline':
      return decline(scene, event)
    case 'end':
      return end(scene, event)
    case 'rejoin':
      return rejoin(scene, event)
    case 'ring-timeout':
      return ringTimeout(scene, event)
    case 'seats':
      return seats(scene, event)
    case 'restore':
      return restore(scene, event)
  }
}

type Of<Type extends PersonEvent['type']> = Extract<PersonEvent, { type: Type }>

function attend(scene: Scene, { user, device, doNotDisturb }: Of<'attend'>): void {
  const person = scene.person(user)
  const devices = person.devices.filter(({ address }) => address !== device.address)
  scene.set({ ...person, doNotDisturb, devices: [...devices, device] })
  const { call } = person
  // K5: a device that comes while it rings, rings as well.
  if (call?.stage.name === 'ringing' && call.callee === user) ring(scene, call, [device])
}

function setAway(scene: Scene, event: { user: UserId; address: string }, isAway: boolean): void {
  const person = scene.person(event.user)
  scene.set({
    ...person,
    devices: person.devices.map((device) =>
      device.address === event.address ? { ...device, isAway } : device,
    ),
  })
}

function deviceGone(scene: Scene, { user, address, isLost, at }: Of<'device-gone'>): void {
  const person = scene.person(user)
  const devices = person.devices.filter((device) => device.address !== address)
  scene.set({ ...person, devices })
  const { call } = person
  if (!call) return
  const { stage } = call
  if (stage.name === 'ringing') {
    if (call.callerDevice === address) {
      return finish(scene, call, { at, reason: isLost ? 'lost' : 'cancelled', by: user })
    }
    const ringers = stage.devices.filter((device) => device.address !== address)
    return setRingers(scene, call, stage, ringers)
  }
  const isIts = address === (call.caller === user ? call.callerDevice : stage.calleeDevice)
  // K12: while it has its seat in the room, the rules of rooms say whether it is still there.
  if (!isIts || stage.seated.includes(user)) return
  finish(scene, call, { at, reason: isLost ? 'lost' : 'hung-up', by: user })
}

function place(scene: Scene, event: Of<'place'>): void {
  const { user, address, to, media, at, ref } = event
  const caller = scene.person(user)
  if (!has(caller, address)) return scene.refuse(address, 'not-attending', ref)
  if (to === user) return scene.refuse(address, 'no-such-user', ref)
  const { call: former } = caller
  // K9: whoever calls the one who rings it, accepts.
  if (former?.stage.name === 'ringing' && former.callee === user && former.caller === to) {
    return connect(scene, former, { address, at, ref })
  }
  if (former) return scene.refuse(address, 'in-call', ref)

  const callee = scene.person(to)
  const info: CallInfo = { id: event.call, caller: user, callee: to, media, startedAt: at }
  scene.tell(address, { type: 'call-placed', call: info, ref })
  scene.note({ type: 'begun', call: info })
  const stage: CallStage = { name: 'ringing', devices: [], nextLeg: 0 }
  const call: RunningCall = { ...info, callerDevice: address, stage }
  const fault = obstacleTo(callee, event.canWake)
  if (fault) return tellEnd(scene, call, { at, reason: fault })
  scene.setCall(info, call)
  ring(scene, call, callee.devices)
}

/** K4: why a call does not ring. */
function obstacleTo(callee: Person, canWake: boolean): CallEndReason | undefined {
  if (callee.call) return 'busy'
  if (callee.doNotDisturb && callee.devices.length > 0) return 'do-not-disturb'
  return callee.devices.length === 0 && !canWake ? 'offline' : undefined
}

/** Tells devices to ring, with a leg for the first of those that can. */
function ring(scene: Scene, call: RunningCall, devices: readonly Device[]): void {
  const { stage } = scene.person(call.callee).call ?? call
  if (stage.name !== 'ringing') return
  let { nextLeg } = stage
  const ringers = [...stage.devices]
  for (const { address, connectsEarly } of devices) {
    const isLegFree = ringers.filter(({ leg }) => leg !== undefined).length < MAX_EARLY_LEGS
    const leg = connectsEarly && isLegFree ? { leg: nextLeg++ } : {}
    ringers.push({ address, ...leg, isRinging: false })
    scene.tell(address, { type: 'incoming-call', call: infoOf(call), ...leg })
  }
  scene.setCall(call, { ...call, stage: { name: 'ringing', devices: ringers, nextLeg } })
}

function ringing(scene: Scene, { user, address, call: id }: Of<'ringing'>): void {
  const { call } = scene.person(user)
  if (call?.id !== id || call.callee !== user || call.stage.name !== 'ringing') return
  const { devices } = call.stage
  const ringer = devices.find((device) => device.address === address)
  if (!ringer || ringer.isRinging) return
  const ringers = devices.map((d) => (d === ringer ? { ...d, isRinging: true } : d))
  scene.setCall(call, { ...call, stage: { ...call.stage, devices: ringers } })
  const leg = ringer.leg === undefined ? {} : { leg: ringer.leg }
  scene.tell(call.callerDevice, { type: 'call-ringing', call: id, isRinging: true, ...leg })
}

/** Some devices ring no more; the caller hears it when they were the last that did. */
function setRingers(
  scene: Scene,
  call: RunningCall,
  stage: Extract<CallStage, { name: 'ringing' }>,
  devices: readonly RingingDevice[],
): void {
  if (devices.length === stage.devices.length) return
  scene.setCall(call, { ...call, stage: { ...stage, devices } })
  const rang = stage.devices.some(({ isRinging }) => isRinging)
  if (!rang || devices.some(({ isRinging }) => isRinging)) return
  scene.tell(call.callerDevice, { type: 'call-ringing', call: call.id, isRinging: false })
}

function accept(scene: Scene, event: Of<'accept'>): void {
  const { user, address, call: id, at, ref } = event
  const person = scene.person(user)
  if (!has(person, address)) return scene.refuse(address, 'not-attending', ref)
  const { call } = person
  if (call?.id === id && call.callee === user && call.stage.name === 'ringing') {
    return connect(scene, call, { address, at, ref })
  }
  scene.refuse(address, 'call-over', ref)
}

/** K6: the first device that accepts has the call; all others hear that it was answered elsewhere. */
function connect(
  scene: Scene,
  call: RunningCall,
  { address, at, ref }: { address: string; at: number; ref: number },
): void {
  const { stage } = call
  if (stage.name !== 'ringing') return
  const winner = stage.devices.find((device) => device.address === address)
  const leg = winner?.leg ?? stage.nextLeg
  const info = infoOf(call)
  scene.setCall(call, {
    ...call,
    stage: { name: 'talking', calleeDevice: address, leg, seated: [] },
  })
  scene.tell(address, { type: 'call-accepted', call: info, leg, ref })
  scene.tell(call.callerDevice, { type: 'call-accepted', call: info, leg })
  for (const device of stage.devices) {
    if (device !== winner) tellEnded(scene, device.address, call.id, 'answered-elsewhere')
  }
  scene.note({ type: 'answered', call: info, at })
}

function decline(scene: Scene, event: Of<'decline'>): void {
  const { user, address, call: id, text, at, ref } = event
  const { call } = scene.person(user)
  if (call?.id !== id || call.callee !== user || call.stage.name !== 'ringing') {
    return scene.refuse(address, 'call-over', ref)
  }
  finish(scene, call, { at, reason: 'declined', by: user, ...(text ? { text } : {}) })
}

function end(scene: Scene, event: Of<'end'>): void {
  const { user, address, call: id, at, ref } = event
  const { call } = scene.person(user)
  if (call?.id !== id) return scene.refuse(address, 'call-over', ref)
  if (call.stage.name === 'ringing') {
    const reason = call.caller === user ? 'cancelled' : 'declined'
    return finish(scene, call, { at, reason, by: user })
  }
  // Only a device that has the call ends it.
  const own = call.caller === user ? call.callerDevice : call.stage.calleeDevice
  if (own !== address) return scene.refuse(address, 'call-over', ref)
  finish(scene, call, { at, reason: 'hung-up', by: user })
}

function rejoin(scene: Scene, { user, address, call: id, ref }: Of<'rejoin'>): void {
  const person = scene.person(user)
  if (!has(person, address)) return scene.refuse(address, 'not-attending', ref)
  const { call } = person
  if (call?.id !== id) return scene.refuse(address, 'call-over', ref)
  if (call.caller === user) return scene.setCall(call, { ...call, callerDevice: address })
  // A callee whose call rings was told so when it attended.
  if (call.stage.name === 'ringing') return
  scene.setCall(call, { ...call, stage: { ...call.stage, calleeDevice: address } })
}

function ringTimeout(scene: Scene, { user, call: id, at }: Of<'ring-timeout'>): void {
  const { call } = scene.person(user)
  if (call?.id !== id || call.stage.name !== 'ringing') return
  finish(scene, call, { at, reason: 'no-answer' })
}

function seats(scene: Scene, event: Of<'seats'>): void {
  const { call } = scene.person(event.user)
  if (call?.id !== event.call || call.stage.name !== 'talking' || call.stage.leg !== event.leg) {
    return
  }
  const { seated } = event
  const gone = call.stage.seated.find((user) => !seated.includes(user))
  if (gone !== undefined) {
    const reason = event.isLost ? 'lost' : 'hung-up'
    return finish(scene, call, { at: event.at, reason, by: gone })
  }
  scene.setCall(call, { ...call, stage: { ...call.stage, seated } })
}

function restore(scene: Scene, { call: info, leg }: Of<'restore'>): void {
  if (scene.person(info.caller).call || scene.person(info.callee).call) return
  const stage: CallStage = { name: 'talking', calleeDevice: '', leg, seated: [] }
  scene.setCall(info, { ...info, callerDevice: '', stage })
}

interface Ending {
  at: number
  reason: CallEndReason
  text?: string
  by?: UserId
}

function finish(scene: Scene, call: RunningCall, ending: Ending): void {
  scene.setCall(call, undefined)
  tellEnd(scene, call, ending)
}

/** K3: every device that knows of the call hears its end, and the history keeps it. */
function tellEnd(scene: Scene, call: RunningCall, ending: Ending): void {
  const { stage } = call
  const callees =
    stage.name === 'talking' ? [stage.calleeDevice] : stage.devices.map(({ address }) => address)
  for (const address of [call.callerDevice, ...callees]) {
    if (address !== '') tellEnded(scene, address, call.id, ending.reason, ending.text)
  }
  const wasAnswered = stage.name === 'talking'
  scene.note({ type: 'ended', call: infoOf(call), wasAnswered, ...ending })
}

function tellEnded(
  scene: Scene,
  to: string,
  call: CallId,
  reason: CallEndReason | 'answered-elsewhere',
  text?: string,
): void {
  scene.tell(to, { type: 'call-ended', call, reason, ...(text === undefined ? {} : { text }) })
}

function has(person: Person, address: string): boolean {
  return person.devices.some((device) => device.address === address)
}

function infoOf({ id, caller, callee, media, startedAt }: CallInfo): CallInfo {
  return { id, caller, callee, media, startedAt }
}

function otherOf({ caller, callee }: CallInfo, user: UserId): UserId {
  return caller === user ? callee : caller
}
