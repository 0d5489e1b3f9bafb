import type { PersonEventOf } from './person-event.ts'
import { hasDevice, type RunningCall } from './person.ts'
import type { Draft } from './persons-draft.ts'
import { finish } from './persons-ending.ts'
import { ringAsWell, ringNoMore } from './persons-ringing.ts'

/** U2: a device is there, to be rung and told of people. */
export function attend(draft: Draft, event: PersonEventOf<'attend'>): void {
  const { user, device, doNotDisturb } = event
  const person = draft.person(user)
  const devices = person.devices.filter(({ address }) => address !== device.address)
  draft.set({ ...person, doNotDisturb, devices: [...devices, device] })
  const { call } = person
  if (call?.stage.name === 'ringing' && call.callee === user) ringAsWell(draft, call, device)
}

/** U3: a lost connection changes nothing that others see until its time is over. */
export function setAway(
  draft: Draft,
  event: PersonEventOf<'connection-lost' | 'connection-back'>,
): void {
  const { user, address, type } = event
  const person = draft.person(user)
  if (!hasDevice(person, address)) return
  const isAway = type === 'connection-lost'
  const devices = person.devices.map((d) => (d.address === address ? { ...d, isAway } : d))
  draft.set({ ...person, devices })
}

/** U3: the wish of the user on all devices; what rings already goes on. */
export function setDoNotDisturb(draft: Draft, event: PersonEventOf<'do-not-disturb'>): void {
  draft.set({ ...draft.person(event.user), doNotDisturb: event.isOn })
}

/** U3: a device is there no more. */
export function deviceGone(draft: Draft, event: PersonEventOf<'device-gone'>): void {
  const { user, address } = event
  const person = draft.person(user)
  if (!hasDevice(person, address)) return
  draft.set({ ...person, devices: person.devices.filter((each) => each.address !== address) })
  if (person.call) leaveCall(draft, person.call, event)
}

/** What the end of a device means to the call of its user. */
function leaveCall(draft: Draft, call: RunningCall, event: PersonEventOf<'device-gone'>): void {
  const { user, address, isLost, at } = event
  const { stage } = call
  if (stage.name === 'ringing') {
    if (call.caller !== user) return void ringNoMore(draft, call, address)
    // K7: nobody is left who would hear the answer.
    if (call.callerDevice !== address) return
    return finish(draft, call, { at, reason: isLost ? 'lost' : 'cancelled', by: user })
  }
  const holder = call.caller === user ? call.callerDevice : stage.calleeDevice
  // K12: while it has its seat in the room, the rules of rooms say whether it is still there.
  if (address !== holder || stage.seated.includes(user)) return
  finish(draft, call, { at, reason: isLost ? 'lost' : 'hung-up', by: user })
}
