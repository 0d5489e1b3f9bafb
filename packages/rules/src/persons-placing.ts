import type { PersonEventOf } from './person-event.ts'
import {
  hasDevice,
  type CallEndReason,
  type CallInfo,
  type CallStage,
  type Person,
  type RunningCall,
} from './person.ts'
import type { Draft } from './persons-draft.ts'
import { tellEnd } from './persons-ending.ts'
import { ring } from './persons-ringing.ts'
import { connect, moveTo } from './persons-talking.ts'

/** K2: a call begins; its id is known to the caller before anybody rings. */
export function place(draft: Draft, event: PersonEventOf<'place'>): void {
  const { user, address, to, media, at, ref } = event
  const caller = draft.person(user)
  if (!hasDevice(caller, address)) return draft.refuse(address, 'not-attending', ref)
  if (to === user) return draft.refuse(address, 'no-such-user', ref)
  const { call: former } = caller
  if (former) return placeAgain(draft, former, event)

  const callee = draft.person(to)
  const info: CallInfo = { id: event.call, caller: user, callee: to, media, startedAt: at }
  draft.tell(address, { type: 'call-placed', call: info, ref })
  draft.note({ type: 'begun', call: info })
  const stage: CallStage = { name: 'ringing', devices: [], nextLeg: 0 }
  const call: RunningCall = { ...info, callerDevice: address, stage }
  const obstacle = obstacleTo(callee, event.canWake)
  if (obstacle) return tellEnd(draft, call, { at, reason: obstacle })
  draft.setCall(info, call)
  ring(draft, call, callee.devices)
}

/** K1: who has a call places no other one; it may be the same one, seen from another side. */
function placeAgain(draft: Draft, former: RunningCall, event: PersonEventOf<'place'>): void {
  const { user, address, to, ref } = event
  const isRinging = former.stage.name === 'ringing'
  // K9: whoever calls the one who rings it, accepts.
  if (isRinging && former.caller === to) return connect(draft, former, event)
  const device = draft.person(user).devices.find((each) => each.address === former.callerDevice)
  // K11: the answer was lost with the session, and the page asks again in its next one.
  if (isRinging && former.callee === to && (!device || device.isAway)) {
    return moveTo(draft, former, event)
  }
  draft.refuse(address, 'in-call', ref)
}

/** K4: why a call does not ring. */
function obstacleTo(callee: Person, canWake: boolean): CallEndReason | undefined {
  if (callee.call) return 'busy'
  if (callee.devices.length === 0) return canWake ? undefined : 'offline'
  return callee.doNotDisturb ? 'do-not-disturb' : undefined
}
