import { NAT_KINDS, type NatKind } from './nat-kinds.ts'

/** How a caller reaches its relay. */
export type RelayTransport = 'udp' | 'tcp' | 'tls'

/** What becomes of a call between two homes. */
export interface ExpectedPath {
  pair: readonly [NatKind, NatKind]
  /** The relays that packets pass: none when the path is direct, one, or one of each caller. */
  relays: readonly RelayTransport[]
}

const expected = (
  one: NatKind,
  other: NatKind,
  ...relays: readonly RelayTransport[]
): ExpectedPath => ({ pair: [one, other], relays })

/**
 * Every pair of homes. A NAT that gives each destination another port (symmetric) can be reached by
 * its last packets only, which a port-restricted peer refuses: its filter knows the port that STUN
 * saw. Where no UDP leaves a home, its relay is reached over TCP, and over TLS on port 443 when
 * nothing else is open; the peer's packets go to that relay, so that one is enough unless both
 * homes are like that.
 */
export const EXPECTED_PATHS: readonly ExpectedPath[] = [
  expected('full-cone', 'full-cone'),
  expected('full-cone', 'address-restricted'),
  expected('full-cone', 'port-restricted'),
  expected('full-cone', 'symmetric'),
  expected('full-cone', 'udp-blocked', 'tcp'),
  expected('full-cone', 'tcp-443-only', 'tls'),
  expected('address-restricted', 'address-restricted'),
  expected('address-restricted', 'port-restricted'),
  expected('address-restricted', 'symmetric'),
  expected('address-restricted', 'udp-blocked', 'tcp'),
  expected('address-restricted', 'tcp-443-only', 'tls'),
  expected('port-restricted', 'port-restricted'),
  expected('port-restricted', 'symmetric', 'udp'),
  expected('port-restricted', 'udp-blocked', 'tcp'),
  expected('port-restricted', 'tcp-443-only', 'tls'),
  expected('symmetric', 'symmetric', 'udp'),
  expected('symmetric', 'udp-blocked', 'tcp'),
  expected('symmetric', 'tcp-443-only', 'tls'),
  expected('udp-blocked', 'udp-blocked', 'tcp', 'tcp'),
  expected('udp-blocked', 'tcp-443-only', 'tcp', 'tls'),
  expected('tcp-443-only', 'tcp-443-only', 'tls', 'tls'),
]

const KIND_WORDS: Readonly<Record<NatKind, string>> = {
  'full-cone': 'full cone',
  'address-restricted': 'address-restricted',
  'port-restricted': 'port-restricted',
  symmetric: 'symmetric',
  'udp-blocked': 'UDP blocked',
  'tcp-443-only': 'only TCP 443',
}

/** The table of docs/nat.md. */
export function expectedPathsTable(): string {
  const rows = NAT_KINDS.map((one) => {
    const cells = NAT_KINDS.map((other) => cellOf(one, other))
    return [`**${KIND_WORDS[one]}**`, ...cells]
  })
  const head = ['', ...NAT_KINDS.map((kind) => KIND_WORDS[kind])]
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

function cellOf(one: NatKind, other: NatKind): string {
  const path = EXPECTED_PATHS.find(
    ({ pair: [first, second] }) =>
      (first === one && second === other) || (first === other && second === one),
  )
  if (!path) throw new Error(`nothing is expected of ${one} and ${other}`)
  const words = [...new Set(path.relays)].map((relay) => relay.toUpperCase())
  return words.length === 0 ? 'direct' : `relay, ${words.join(' and ')}`
}
