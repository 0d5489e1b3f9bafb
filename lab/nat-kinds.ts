/**
 * What stands between a home and the internet, in the words that people use: a NAT by how it maps
 * and filters (RFC 4787 §4, §5), or a firewall that lets little out.
 */
export const NAT_KINDS = [
  'full-cone',
  'address-restricted',
  'port-restricted',
  'symmetric',
  'udp-blocked',
  'tcp-443-only',
] as const

export type NatKind = (typeof NAT_KINDS)[number]

/** What nftables is told for one kind. */
interface KindRules {
  /** What the machine at home may send. */
  outgoing: readonly string[]
  /** What reaches it unasked: none but what is sent on to it. */
  incoming?: string
  /** How the router chooses the port by which the machine is seen; the same one unless said. */
  mapping?: 'random,fully-random'
}

/** A port stays open for so long after the last packet that went out (RFC 4787 REQ-5: two minutes). */
const OPEN_TIMEOUT = '2m'

/**
 * nftables keeps the port of the machine when it masquerades: the mapping is the same for every
 * destination, and nothing comes in but answers, which is a port-restricted NAT. The more open kinds
 * remember what went out, and send on to the machine what fits.
 */
const KINDS: Readonly<Record<NatKind, KindRules>> = {
  'full-cone': {
    outgoing: ['meta l4proto udp update @open_ports { udp sport }', 'accept'],
    incoming: 'udp dport @open_ports',
  },
  'address-restricted': {
    outgoing: ['meta l4proto udp update @open_peers { udp sport . ip daddr }', 'accept'],
    incoming: 'udp dport . ip saddr @open_peers',
  },
  'port-restricted': { outgoing: ['accept'] },
  symmetric: { outgoing: ['accept'], mapping: 'random,fully-random' },
  'udp-blocked': { outgoing: ['meta l4proto udp drop', 'accept'] },
  'tcp-443-only': { outgoing: ['tcp dport 443 accept'] },
}

/** The rules of a router of this kind, between the links `lan` and `wan`, for one machine at home. */
export function natRules(kind: NatKind, machine: string): string {
  const { outgoing, incoming, mapping = '' } = KINDS[kind]
  return `
table ip home {
  set open_ports {
    type inet_service
    flags dynamic,timeout
    timeout ${OPEN_TIMEOUT}
  }
  set open_peers {
    type inet_service . ipv4_addr
    flags dynamic,timeout
    timeout ${OPEN_TIMEOUT}
  }
  chain forward {
    type filter hook forward priority filter; policy drop
    iifname "wan" ct state established,related accept
    iifname "wan" ct status dnat accept
    ${outgoing.map((rule) => `iifname "lan" ${rule}`).join('\n    ')}
  }
  chain input {
    type filter hook input priority filter; policy drop
    iifname "lan" accept
  }
  chain prerouting {
    type nat hook prerouting priority dstnat
    ${incoming ? `iifname "wan" ${incoming} dnat to ${machine}` : ''}
  }
  chain postrouting {
    type nat hook postrouting priority srcnat
    oifname "wan" masquerade ${mapping}
  }
}
`
}
