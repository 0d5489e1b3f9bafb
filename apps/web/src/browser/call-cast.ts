import type { ServerAddresses } from '../state/addresses.ts'
import type { OpenCallCast } from '../state/on-tv.ts'

/** Loads what moves a picture to a TV, for those who want that. */
export function callCastOpener(addresses: ServerAddresses): OpenCallCast {
  return async (stage) => {
    const { openCallCast } = await import('../call-cast-app.tsx')
    return openCallCast(addresses, stage)
  }
}
