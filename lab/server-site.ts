import type { Namespace } from './namespace-set.ts'

/**
 * How a server stands in the internet. `none`: it has the public address itself. `one-to-one`: a
 * router turns the public address into its private one and back, as clouds do. `mapped`: only the
 * ports that are named are sent on to it, as Docker and home routers do.
 */
export type SiteNat = 'none' | 'one-to-one' | 'mapped'

export interface ServerSiteOptions {
  nat?: SiteNat
  /** What `mapped` sends on, as `443/tcp` or `49160-49259/udp`. */
  mappedPorts?: readonly string[]
  /** Whether the server reaches its own public address from inside; it does unless said. */
  hasHairpin?: boolean
}

/** A machine for a server, and what stands in front of it. */
export interface ServerSite extends Namespace {
  /** Where the internet reaches it; `address` is the one that the machine itself has. */
  readonly publicAddress: string
  /** Changes what is sent on to a server that is `mapped`. */
  setMappedPorts(ports: readonly string[]): void
  /** Whether the network in front of it drops all UDP that it did not ask for. */
  setUdpFiltered(isFiltered: boolean): void
}

interface SiteAddresses {
  public: string
  server: string
}

/** The rules of the router of such a site, between the links `lan` and `wan`. */
export function siteRules(
  { nat, mappedPorts = [], hasHairpin = true }: ServerSiteOptions,
  addresses: SiteAddresses,
): string {
  const matches = nat === 'one-to-one' ? [''] : mappedPorts.map(portMatch)
  const from = hasHairpin ? '' : 'iifname "wan" '
  const sentOn = matches.map(
    (match) => `${from}ip daddr ${addresses.public} ${match} dnat to ${addresses.server}`,
  )
  return `
table ip site {
  chain forward {
    type filter hook forward priority filter; policy drop
    ct state established,related accept
    ct status dnat accept
    iifname "lan" accept
  }
  chain input {
    type filter hook input priority filter; policy drop
  }
  chain prerouting {
    type nat hook prerouting priority dstnat
    ${sentOn.join('\n    ')}
  }
  chain postrouting {
    type nat hook postrouting priority srcnat
    ip saddr ${addresses.server} snat to ${addresses.public}
  }
}
`
}

/** The rules of the internet for those behind these links: unasked UDP does not reach them. */
export function udpFilterRules(links: readonly string[]): string {
  return `
table ip filtered {
  chain forward {
    type filter hook forward priority filter; policy accept
    ${links.map((link) => `oifname "${link}" meta l4proto udp ct state new drop`).join('\n    ')}
  }
}
`
}

/** `49160-49259/udp` in the words of nftables. */
function portMatch(ports: string): string {
  const [, range, protocol] = /^(\d+(?:-\d+)?)\/(tcp|udp)$/.exec(ports) ?? []
  if (!range) throw new TypeError(`these are no ports: ${ports}`)
  return `${protocol} dport ${range}`
}
