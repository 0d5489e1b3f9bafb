import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { createNetworkTest } from './client-address.ts'
import { isLoopbackAddress, parseNetwork, type Network } from '../config/index.ts'

/** Under which addresses others may reach this machine, best first. */
export interface LocalAddresses {
  /** In its own network. */
  lan: readonly string[]
  /** Routed on the internet. */
  global: readonly string[]
}

/** One address of one network interface. */
export interface InterfaceAddress {
  name: string
  address: string
}

/** Interfaces of containers and virtual machines: nobody outside can reach them. */
const VIRTUAL = /^(docker|br-|veth|virbr|vmnet|vboxnet|cni|flannel|lxc|lxd)/

const isLinkLocal = createNetworkTest(networks('169.254.0.0/16', 'fe80::/10'))

/** Special-purpose networks that the internet does not route (RFC 6890). */
const isPrivate = createNetworkTest(
  networks(
    '10.0.0.0/8',
    '100.64.0.0/10',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    'fc00::/7',
    '2001:db8::/32',
  ),
)

/** Whether an IP address may be one of the internet's. */
export function isPublicAddress(address: string): boolean {
  return !isLoopbackAddress(address) && !isLinkLocal(address) && !isPrivate(address)
}

/** Reads the machine's addresses from its network interfaces. */
export function readLocalAddresses(): LocalAddresses {
  const found: InterfaceAddress[] = []
  for (const [name, entries] of Object.entries(networkInterfaces())) {
    for (const { address } of entries ?? []) found.push({ name, address })
  }
  return sortAddresses(found)
}

/**
 * Sorts IPv4 before IPv6 and drops what only neighbours see. Virtual interfaces count only
 * where there is nothing else.
 */
export function sortAddresses(found: readonly InterfaceAddress[]): LocalAddresses {
  const routed = found.filter(({ address }) => !isLoopbackAddress(address) && !isLinkLocal(address))
  const real = routed.filter(({ name }) => !VIRTUAL.test(name))
  const sorted = (real.length > 0 ? real : routed)
    .map(({ address }) => address)
    .toSorted((one, other) => isIP(one) - isIP(other))
  return {
    lan: sorted.filter((address) => isPrivate(address)),
    global: sorted.filter((address) => !isPrivate(address)),
  }
}

function networks(...texts: string[]): Network[] {
  return texts.map(parseNetwork).filter((network) => network !== undefined)
}
