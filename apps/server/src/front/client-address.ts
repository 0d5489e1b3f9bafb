import { BlockList, isIP, isIPv4 } from 'node:net'
import { plainAddress, type Network } from '../config/index.ts'
import { parseHost } from './host.ts'

/** How a request reached us, before and after forwarded headers are judged. */
export interface Arrival {
  /** Of whoever opened the connection; afterwards of the client. */
  address: string
  isSecure: boolean
  host: string
}

/** Tells whether an address lies in one of the networks. */
export function createNetworkTest(networks: readonly Network[]): (address: string) => boolean {
  const list = new BlockList()
  for (const { address, prefix, family } of networks) list.addSubnet(address, prefix, family)
  return (address) => list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')
}

/**
 * Who really asks, and how. X-Forwarded-For, -Proto and -Host are believed only when
 * the connection comes from a trusted network; of the addresses, the right-most that
 * is not trusted is the client, since everything left of it is hearsay.
 */
export function judgeForwarded(
  arrival: Arrival,
  headers: Headers,
  isTrusted: (address: string) => boolean,
): Arrival {
  const address = plainAddress(arrival.address)
  if (!isTrusted(address)) return { ...arrival, address }
  const proto = lastOf(headers.get('x-forwarded-proto'))?.toLowerCase()
  const host = lastOf(headers.get('x-forwarded-host'))
  return {
    address: clientBehind(address, headers.get('x-forwarded-for'), isTrusted),
    isSecure: proto === undefined ? arrival.isSecure : proto === 'https' || proto === 'wss',
    host: host !== undefined && parseHost(host) ? host : arrival.host,
  }
}

function clientBehind(
  peer: string,
  forwardedFor: string | null,
  isTrusted: (address: string) => boolean,
): string {
  let client = peer
  for (const hop of (forwardedFor ?? '').split(',').toReversed()) {
    const address = addressOfHop(hop.trim())
    if (address === undefined) return client
    client = address
    if (!isTrusted(client)) return client
  }
  return client
}

/** The address of one hop, which some proxies write with a port. */
function addressOfHop(hop: string): string | undefined {
  const bare = isIP(hop) ? hop : (parseHost(hop)?.name ?? '')
  return isIP(bare) ? plainAddress(bare) : undefined
}

/** What the nearest proxy said, when several have added their word. */
function lastOf(value: string | null): string | undefined {
  const last = value?.split(',').at(-1)?.trim()
  return last === '' ? undefined : last
}
