import { isIP } from 'node:net'
import { parseNetwork, plainAddress, type Network } from '../config/address.ts'
import { createNetworkTest } from '../front/client-address.ts'

/** Where no push service of the internet is: a subscription must not make us talk to our own network. */
const CLOSED_NETWORKS = networks([
  '0.0.0.0/8', // this host
  '10.0.0.0/8', // private
  '100.64.0.0/10', // shared by a carrier's customers
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local, with the metadata services of clouds
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/3', // multicast, reserved and broadcast
  '2001::/23', // protocol assignments, with Teredo
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4, which hides an IPv4 address
  '3fff::/20', // documentation
  // All that is not 2000::/3, with loopback, IPv4 in disguise, unique local and link-local:
  '::/3',
  '4000::/2',
  '8000::/1',
])

/** Judges the addresses that a push service's name resolves to; `allow`: private networks that may be reached. */
export function createPushAddressTest(allow: readonly Network[]): (address: string) => boolean {
  // Apart: an IPv4 address would also be found among the IPv6 networks, in its mapped form.
  const isClosed4 = createNetworkTest(CLOSED_NETWORKS.filter(({ family }) => family === 'ipv4'))
  const isClosed6 = createNetworkTest(CLOSED_NETWORKS.filter(({ family }) => family === 'ipv6'))
  const isAllowed = createNetworkTest(allow)
  return (text) => {
    const address = plainAddress(text)
    const family = isIP(address)
    if (family === 0) return false
    return isAllowed(address) || !(family === 4 ? isClosed4 : isClosed6)(address)
  }
}

function networks(texts: readonly string[]): Network[] {
  return texts.map(parseNetwork).filter((network) => network !== undefined)
}
