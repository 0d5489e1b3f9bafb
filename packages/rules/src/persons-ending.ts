import type { CallNotice } from './call-notice.ts'
import type { PersonEventOf } from './person-event.ts'
import { infoOf, type CallEndReason, type RunningCall, type UserId } from './person.ts'
import type { Draft } from './persons-draft.ts'

/** How a call ends, and by whose doing. */
export interface Ending {
  at: number
  reason: CallEndReason
  text?: string
  by?: UserId
}

/** K7: the callee does not want it. */
export function decline(draft: Draft, event: PersonEventOf<'decline'>): void {
  const { user, address, call: id, text, at, ref } = event
  const { call } = draft.person(user)
  if (call?.id !== id || call.callee !== user || call.stage.name !== 'ringing') {
    return draft.refuse(address, 'call-over', ref)
  }
  finish(draft, call, { at, reason: 'declined', by: user, ...(text ? { text } : {}) })
}

/** K7: cancels or declines while it rings; after that only a device that has the call ends it. */
export function end(draft: Draft, event: PersonEventOf<'end'>): void {
  const { user, address, call: id, at, ref } = event
  const { call } = draft.person(user)
  if (call?.id !== id) return draft.refuse(address, 'call-over', ref)
  const isCaller = call.caller === user
  if (call.stage.name === 'talking') {
    const holder = isCaller ? call.callerDevice : call.stage.calleeDevice
    if (address !== undefined && address !== holder) return draft.refuse(address, 'call-over', ref)
    return finish(draft, call, { at, reason: 'hung-up', by: user })
  }
  finish(draft, call, { at, reason: isCaller ? 'cancelled' : 'declined', by: user })
  // Another device of the caller does not hear of the call otherwise.
  if (isCaller && address !== undefined && address !== call.callerDevice) {
    draft.tell(address, { type: 'call-ended', call: id, reason: 'cancelled' })
  }
}

/** K7: it rang long enough. */
export function ringTimeout(draft: Draft, event: PersonEventOf<'ring-timeout'>): void {
  const { call } = draft.person(event.user)
  if (call?.id !== event.call || call.stage.name !== 'ringing') return
  finish(draft, call, { at: event.at, reason: 'no-answer' })
}

/** The call is over for both. */
export function finish(draft: Draft, call: RunningCall, ending: Ending): void {
  draft.setCall(call, undefined)
  tellEnd(draft, call, ending)
}

/** K3: every device that knows of the call hears its end, and the history keeps it. */
export function tellEnd(draft: Draft, call: RunningCall, ending: Ending): void {
  const { id, callerDevice, stage } = call
  const { reason, text } = ending
  const notice: CallNotice = {
    type: 'call-ended',
    call: id,
    reason,
    ...(text === undefined ? {} : { text }),
  }
  const callees =
    stage.name === 'talking' ? [stage.calleeDevice] : stage.devices.map(({ address }) => address)
  // A restored call (K11) has no device until it comes back.
  const knowers = [callerDevice, ...callees].filter((address) => address !== '')
  for (const address of knowers) draft.tell(address, notice)
  draft.note({
    type: 'ended',
    call: infoOf(call),
    wasAnswered: stage.name === 'talking',
    ...ending,
  })
}
