import { systemClock } from '@duet/base'
import { createCastSender } from '@duet/client'
// Keeps the first pages in one chunk, as its comment says.
import './first-pages.tsx'
import { linkOrigin, type ServerAddresses } from './state/addresses.ts'
import { CallCast, type CallCastStage } from './state/cast/call-cast.ts'
import { typedAddress } from './state/cast/typed-address.ts'

export { CallCastForm } from './view/cast/call-cast-form.tsx'

/** Makes what moves the picture of a call to a TV. */
export function openCallCast(addresses: ServerAddresses, stage: CallCastStage): CallCast {
  const { origin } = location
  return new CallCast({
    ...stage,
    url: `${origin.replace(/^http/, 'ws')}/ws`,
    tvAddress: typedAddress(linkOrigin(origin, addresses), '/tv'),
    createSender: createCastSender,
    clock: systemClock,
  })
}
