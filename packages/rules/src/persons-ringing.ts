import type { PersonEventOf } from './person-event.ts'
import {
  infoOf,
  MAX_EARLY_LEGS,
  MAX_LEGS_PER_CALL,
  type Device,
  type RingingDevice,
  type RunningCall,
} from './person.ts'
import type { Draft } from './persons-draft.ts'

/** K8: tells devices to ring, with a leg for the first of those that can; lost ones come last. */
export function ring(draft: Draft, call: RunningCall, devices: readonly Device[]): void {
  const { stage } = call
  if (stage.name !== 'ringing') return
  let { nextLeg } = stage
  const ringers = [...stage.devices]
  for (const { address, connectsEarly } of devices.toSorted(
    (one, other) => Number(one.isAway) - Number(other.isAway),
  )) {
    const legs = ringers.filter(({ leg }) => leg !== undefined).length
    const isLegFree = legs < MAX_EARLY_LEGS && nextLeg < MAX_LEGS_PER_CALL
    const leg = connectsEarly && isLegFree ? { leg: nextLeg++ } : {}
    ringers.push({ address, ...leg, isRinging: false, seated: [] })
    draft.tell(address, { type: 'incoming-call', call: infoOf(call), ...leg })
  }
  draft.setCall(call, { ...call, stage: { name: 'ringing', devices: ringers, nextLeg } })
}

/** K5: a device that comes while it rings, rings as well; one that comes again, rings anew. */
export function ringAsWell(draft: Draft, call: RunningCall, device: Device): void {
  ring(draft, ringNoMore(draft, call, device.address), [device])
}

/** K2: a device rings; the caller hears it, and which leg to connect. */
export function ringing(draft: Draft, event: PersonEventOf<'ringing'>): void {
  const { user, address, call: id } = event
  const { call } = draft.person(user)
  if (call?.id !== id || call.callee !== user || call.stage.name !== 'ringing') return
  const { devices } = call.stage
  const ringer = devices.find((device) => device.address === address)
  if (!ringer || ringer.isRinging) return
  const ringers = devices.map((d) => (d === ringer ? { ...d, isRinging: true } : d))
  draft.setCall(call, { ...call, stage: { ...call.stage, devices: ringers } })
  tellRinging(draft, call, ringer)
}

/** Tells the caller that a device rings. */
export function tellRinging(draft: Draft, call: RunningCall, { leg }: RingingDevice): void {
  draft.tell(call.callerDevice, {
    type: 'call-ringing',
    call: call.id,
    isRinging: true,
    ...(leg === undefined ? {} : { leg }),
  })
}

/** A device rings no more; the caller hears it when it was the last that did. */
export function ringNoMore(draft: Draft, call: RunningCall, address: string): RunningCall {
  const { stage } = call
  if (stage.name !== 'ringing') return call
  const devices = stage.devices.filter((device) => device.address !== address)
  if (devices.length === stage.devices.length) return call
  const next = { ...call, stage: { ...stage, devices } }
  draft.setCall(call, next)
  const isRinging = devices.some((device) => device.isRinging)
  if (!isRinging && stage.devices.some((device) => device.isRinging)) {
    draft.tell(call.callerDevice, { type: 'call-ringing', call: call.id, isRinging })
  }
  return next
}
