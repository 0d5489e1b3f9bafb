import { isIPv4 } from 'node:net'
import type { Network } from '../config/index.ts'
import { createNetworkTest } from '../front/client-address.ts'
import type { FoundAddresses, OwnAddresses } from './find-public-addresses.ts'

/** Where relays are bound, and where peers see them. */
export interface RelayAddressPair {
  bind: string
  external: string
}

export interface RelayAddressFacts {
  own: OwnAddresses
  /** From --public-ip. */
  publicIps: readonly string[]
  /** Undefined: not known yet, or not looked for. */
  found?: FoundAddresses | undefined
  /** From --turn-allow-peers. */
  allowPeers: readonly Network[]
}

/**
 * Where relays are: at what the operator said; otherwise at the public address that was found.
 * The first pair of each family counts; with the others, what is at these addresses is no peer.
 */
export function relayAddresses(facts: RelayAddressFacts): RelayAddressPair[] {
  return ([4, 6] as const).flatMap((family) => {
    const bind = facts.own[family]
    if (bind === undefined) return []
    const found = facts.found?.[family]
    const configured = facts.publicIps.find((ip) => isIPv4(ip) === (family === 4))
    const mapped = found?.kind === 'mapped' ? found.address : undefined
    const isForOwnNetwork =
      createNetworkTest(facts.allowPeers)(bind) &&
      (found?.kind !== 'mapped' || found.reach.relays !== 'reached')
    // A private address is of use only to peers in the same network, which must be allowed.
    const external = configured ?? (isForOwnNetwork ? bind : (mapped ?? bind))
    const others = mapped === undefined || mapped === external ? [] : [mapped]
    return [external, ...others].map((each) => ({ bind, external: each }))
  })
}
