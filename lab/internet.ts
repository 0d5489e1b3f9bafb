import {
  labMissing,
  layCable,
  NamespaceSet,
  setGateway,
  setRules,
  type Namespace,
} from './namespace-set.ts'
import { natRules, type NatKind } from './nat-kinds.ts'
import {
  siteRules,
  udpFilterRules,
  type ServerSite,
  type ServerSiteOptions,
} from './server-site.ts'

/** A machine with public addresses, the first of which is `address`. */
export interface PublicHost extends Namespace {
  readonly addresses: readonly string[]
}

/** A machine at home, behind a router of its own. */
export interface NatHome extends Namespace {
  /** Where the internet sees it. */
  readonly publicAddress: string
  /** Has the router behave like another kind; ports that were in use keep what they had. */
  setKind(kind: NatKind): void
}

/** A network in which all public addresses reach each other, and no private ones. */
export interface Internet {
  /** An address in the internet to which no machine answers. */
  readonly unusedAddress: string
  addHost(role: string, addressCount?: number): PublicHost
  addHome(role: string, kind: NatKind): NatHome
  addServerSite(options?: ServerSiteOptions): ServerSite
  /** Takes everything down. Idempotent. */
  close(): void
}

const UNUSED_ADDRESS = '44.20.0.250'

/** Why there can be no such internet here, as a sentence; `undefined` when there can. */
export function internetMissing(): string | undefined {
  if (!Bun.which('nft')) return 'nftables is missing (apt-get install nftables).'
  return labMissing()
}

/**
 * Makes an internet of namespaces: a machine in the middle that forwards, and a network
 * `44.20.n.0/24` for each router and server that is added. Those addresses are real ones, because
 * relays refuse the ones that are reserved for examples. Everything goes with `close()` or with the
 * process; what a killed process left behind goes when the next one is made.
 */
export function createInternet(): Internet {
  const namespaces = new NamespaceSet()
  const middle = namespaces.add('internet', '', { isForwarding: true })
  const filtered = new Set<string>()
  let networkCount = 0

  /** A machine with a cable to the internet. */
  function attach(role: string, { addressCount = 1, isForwarding = false } = {}) {
    networkCount += 1
    const link = `net${networkCount}`
    const [gateway = '', ...addresses] = Array.from(
      { length: 1 + addressCount },
      (_, index) => `44.20.${networkCount}.${1 + index}`,
    )
    const own = namespaces.add(role, addresses[0] ?? '', { isForwarding })
    layCable({ at: middle, link, addresses: [gateway] }, { at: own, link: 'wan', addresses })
    setGateway(own, gateway)
    return { own, addresses, link, network: networkCount }
  }

  /** A machine with a cable to a router. */
  function attachTo(router: Namespace, role: string, network: string): Namespace {
    const own = namespaces.add(role, `${network}.2`)
    layCable(
      { at: router, link: 'lan', addresses: [`${network}.1`] },
      { at: own, link: 'veth0', addresses: [own.address] },
    )
    setGateway(own, `${network}.1`)
    return own
  }

  function filterUdp(link: string, isFiltered: boolean): void {
    if (isFiltered) filtered.add(link)
    else filtered.delete(link)
    setRules(middle, udpFilterRules([...filtered]))
  }

  return {
    unusedAddress: UNUSED_ADDRESS,
    addHost(role, addressCount = 1) {
      const { own, addresses } = attach(role, { addressCount })
      return { ...own, addresses }
    },
    addHome(role, kind) {
      const { own: router, network } = attach(`${role}-router`, { isForwarding: true })
      const machine = attachTo(router, role, `192.168.${network}`)
      const setKind = (next: NatKind) => setRules(router, natRules(next, machine.address))
      setKind(kind)
      return { ...machine, publicAddress: router.address, setKind }
    },
    addServerSite(options = {}) {
      const isPublic = (options.nat ?? 'none') === 'none'
      const { own, link, network } = attach(isPublic ? 'server' : 'server-router', {
        isForwarding: !isPublic,
      })
      const machine = isPublic ? own : attachTo(own, 'server', `10.20.${network}`)
      const setMappedPorts = (mappedPorts: readonly string[]) => {
        const addresses = { public: own.address, server: machine.address }
        if (!isPublic) setRules(own, siteRules({ ...options, mappedPorts }, addresses))
      }
      setMappedPorts(options.mappedPorts ?? [])
      return {
        ...machine,
        publicAddress: own.address,
        setMappedPorts,
        setUdpFiltered: (isFiltered) => filterUdp(link, isFiltered),
      }
    },
    close: namespaces.close,
  }
}
