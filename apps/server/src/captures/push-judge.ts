import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { parseNetwork, type Network } from '../config/index.ts'
import { createNetworkTest } from '../front/client-address.ts'
import { resolveName, type Resolve } from '../push/push-endpoint.ts'
import { createPushAddressTest } from '../push/push-networks.ts'

/** The IP addresses that a broadcast may be sent to for this URL; none: to nowhere. Rejects for an unknown name. */
export type JudgePush = (url: string) => Promise<readonly string[]>

export interface PushJudgeOptions {
  /** Networks that may be reached all the same. */
  allow: readonly Network[]
  /** Addresses of this server besides those of its interfaces. */
  ownAddresses: () => readonly string[]
  resolve?: Resolve
  /** Of its interfaces. */
  ownNetworks?: () => readonly string[]
}

/**
 * Lets broadcasts go into the internet, and to networks that are allowed: whoever is in a call names the
 * address, and must not make this server talk to itself, or to others of its own network.
 */
export function createPushJudge(options: PushJudgeOptions): JudgePush {
  const { allow, ownAddresses, resolve = resolveName, ownNetworks = interfaceNetworks } = options
  const isOpen = createPushAddressTest(allow)
  const isAllowed = createNetworkTest(allow)
  return async (text) => {
    const host = URL.parse(text)?.hostname.replace(/^\[(.*)\]$/, '$1') ?? ''
    if (host === '') return []
    const addresses = isIP(host) === 0 ? await resolve(host) : [host]
    const own = [...ownAddresses(), ...ownNetworks()].flatMap((each) => parseNetwork(each) ?? [])
    const isOwn = createNetworkTest(own)
    const mayBeReached = (address: string): boolean =>
      isOpen(address) && (isAllowed(address) || !isOwn(address))
    return addresses.every(mayBeReached) ? addresses : []
  }
}

/** As they are now: addresses come and go. */
function interfaceNetworks(): string[] {
  return Object.values(networkInterfaces()).flatMap(
    (each) => each?.flatMap(({ cidr }) => cidr ?? []) ?? [],
  )
}
