import type { PersonEventOf } from './person-event.ts'
import { hasDevice, infoOf, type CallStage, type RunningCall } from './person.ts'
import type { Draft } from './persons-draft.ts'
import { finish } from './persons-ending.ts'
import { tellRinging } from './persons-ringing.ts'

/** A request of a device that takes a call. */
interface Asker {
  address: string
  ref: number
  at: number
}

/** K6: the first device that accepts has the call. */
export function accept(draft: Draft, event: PersonEventOf<'accept'>): void {
  const { user, address, call: id, ref } = event
  const person = draft.person(user)
  if (!hasDevice(person, address)) return draft.refuse(address, 'not-attending', ref)
  const { call } = person
  if (call?.id !== id || call.callee !== user) return draft.refuse(address, 'call-over', ref)
  if (call.stage.name === 'ringing') return connect(draft, call, event)
  // The one that has it said so twice.
  if (call.stage.calleeDevice === address) return tellAccepted(draft, call, event)
  draft.refuse(address, 'call-over', ref)
}

/** K6: two devices have the call; all others hear that it was answered elsewhere. */
export function connect(draft: Draft, call: RunningCall, asker: Asker): void {
  const { stage } = call
  if (stage.name !== 'ringing') return
  const winner = stage.devices.find((device) => device.address === asker.address)
  const leg = winner?.leg ?? stage.nextLeg
  const info = infoOf(call)
  const seated = winner?.seated ?? []
  const talking: CallStage = { name: 'talking', calleeDevice: asker.address, leg, seated }
  draft.setCall(call, { ...call, stage: talking })
  draft.tell(asker.address, { type: 'call-accepted', call: info, leg, ref: asker.ref })
  draft.tell(call.callerDevice, { type: 'call-accepted', call: info, leg })
  for (const device of stage.devices) {
    if (device !== winner) tellAnsweredElsewhere(draft, call, device.address)
  }
  draft.note({ type: 'answered', call: info, at: asker.at })
}

/** K11: the page of a device that has the call says where it is now. */
export function rejoin(draft: Draft, event: PersonEventOf<'rejoin'>): void {
  const { user, address, call: id, ref } = event
  const person = draft.person(user)
  if (!hasDevice(person, address)) return draft.refuse(address, 'not-attending', ref)
  const { call } = person
  if (call?.id !== id) return draft.refuse(address, 'call-over', ref)
  if (call.caller === user) return moveTo(draft, call, event)
  // A callee whose call rings was told so when it attended.
  if (call.stage.name === 'ringing') return
  // What merely rang on this page was answered elsewhere meanwhile.
  if (call.stage.leg !== event.leg) return draft.refuse(address, 'call-over', ref)
  moveTo(draft, call, event)
}

/** K11: another session has the call from now on, and hears how it stands. */
export function moveTo(
  draft: Draft,
  call: RunningCall,
  asker: { user: number; address: string; ref: number },
): void {
  const { user, address, ref } = asker
  const { stage } = call
  const isCaller = call.caller === user
  const former = isCaller || stage.name === 'ringing' ? call.callerDevice : stage.calleeDevice
  if (former !== address && hasDevice(draft.person(user), former)) {
    tellAnsweredElsewhere(draft, call, former)
  }
  if (stage.name === 'talking') {
    const moved = isCaller
      ? { ...call, callerDevice: address }
      : { ...call, stage: { ...stage, calleeDevice: address } }
    draft.setCall(call, moved)
    return tellAccepted(draft, moved, asker)
  }
  const moved = { ...call, callerDevice: address }
  draft.setCall(call, moved)
  draft.tell(address, { type: 'call-placed', call: infoOf(call), ref })
  for (const device of stage.devices) {
    if (device.isRinging) tellRinging(draft, moved, device)
  }
}

/** K12: the room of a leg says who is there; a seat of an accepted call that is given up ends it. */
export function seats(draft: Draft, event: PersonEventOf<'seats'>): void {
  const { call } = draft.person(event.user)
  if (call?.id !== event.call) return
  const { stage } = call
  const { leg, seated } = event
  if (stage.name === 'ringing') {
    const devices = stage.devices.map((d) => (d.leg === leg ? { ...d, seated } : d))
    return draft.setCall(call, { ...call, stage: { ...stage, devices } })
  }
  if (stage.leg !== leg) return
  const gone = stage.seated.find((user) => !seated.includes(user))
  if (gone === undefined) return draft.setCall(call, { ...call, stage: { ...stage, seated } })
  finish(draft, call, { at: event.at, reason: event.isLost ? 'lost' : 'hung-up', by: gone })
}

/** K11: a call that outlived the server, without its devices. */
export function restore(draft: Draft, { call: info, leg }: PersonEventOf<'restore'>): void {
  if (draft.person(info.caller).call || draft.person(info.callee).call) return
  const stage: CallStage = { name: 'talking', calleeDevice: '', leg, seated: [] }
  draft.setCall(info, { ...info, callerDevice: '', stage })
}

/** K11: whoever did not come back to a restored call is lost. */
export function rejoinTimeout(draft: Draft, event: PersonEventOf<'rejoin-timeout'>): void {
  const { call } = draft.person(event.user)
  if (call?.id !== event.call || call.stage.name !== 'talking') return
  const { calleeDevice, seated } = call.stage
  const missing = [
    { user: call.caller, address: call.callerDevice },
    { user: call.callee, address: calleeDevice },
  ].find(({ user, address }) => address === '' && !seated.includes(user))
  if (missing) finish(draft, call, { at: event.at, reason: 'lost', by: missing.user })
}

function tellAccepted(draft: Draft, call: RunningCall, asker: Omit<Asker, 'at'>): void {
  if (call.stage.name !== 'talking') return
  const { leg } = call.stage
  draft.tell(asker.address, { type: 'call-accepted', call: infoOf(call), leg, ref: asker.ref })
}

function tellAnsweredElsewhere(draft: Draft, call: RunningCall, to: string): void {
  draft.tell(to, { type: 'call-ended', call: call.id, reason: 'answered-elsewhere' })
}
