/** What a coturn has to know to take over relaying from this server. */
export interface CoturnSettings {
  realm: string
  /** All of them are accepted. */
  secrets: readonly string[]
  port: number
  /** Undefined: no TLS. */
  tlsPort: number | undefined
  relayPorts: { first: number; last: number }
  /** The address under which the internet reaches it; undefined: the one that it is bound to. */
  publicIp: string | undefined
  /** The address it is bound to, the same or another one; undefined: who knows. */
  privateIp: string | undefined
  certificate: { cert: string; key: string } | undefined
  /** Of one user at once. */
  userQuota: number
  totalQuota: number
  /** Bytes per second of one session; undefined: unbounded. */
  maxBytesPerSecond: number | undefined
}

/**
 * Everything that is no public host, in all disguises (the set of special ranges of packages/turn
 * as coturn writes ranges): coturn by itself denies loopback only. A range that begins with `::`
 * would be one without a beginning to coturn 4.6, and deny all of IPv4.
 */
const DENIED_RANGES = [
  [
    'this host, private, shared, loopback, link-local',
    [
      '0.0.0.0-0.255.255.255',
      '10.0.0.0-10.255.255.255',
      '100.64.0.0-100.127.255.255',
      '127.0.0.0-127.255.255.255',
      '169.254.0.0-169.254.255.255',
      '172.16.0.0-172.31.255.255',
      '192.168.0.0-192.168.255.255',
    ],
  ],
  [
    'protocol assignments, documentation, 6to4 relays, benchmarks',
    [
      '192.0.0.0-192.0.0.255',
      '192.0.2.0-192.0.2.255',
      '192.88.99.0-192.88.99.255',
      '198.18.0.0-198.19.255.255',
      '198.51.100.0-198.51.100.255',
      '203.0.113.0-203.0.113.255',
    ],
  ],
  ['multicast, reserved, broadcast', ['224.0.0.0-255.255.255.255']],
  [
    'IPv4 in the clothes of IPv6: compatible, mapped, translated, Teredo, 6to4',
    [
      '::1-::ffff:255.255.255.255',
      '::ffff:0:0:0-::ffff:0:ffff:ffff',
      '64:ff9b::-64:ff9b::ffff:ffff',
      '64:ff9b:1::-64:ff9b:1:ffff:ffff:ffff:ffff:ffff',
      '2001::-2001:0:ffff:ffff:ffff:ffff:ffff:ffff',
      '2002::-2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    ],
  ],
  [
    'discard, benchmarks, ORCHID, documentation',
    [
      '100::-100::ffff:ffff:ffff:ffff',
      '2001:2::-2001:2:0:ffff:ffff:ffff:ffff:ffff',
      '2001:10::-2001:2f:ffff:ffff:ffff:ffff:ffff:ffff',
      '2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff',
      '3fff::-3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff',
    ],
  ],
  [
    'unique local, link-local, site-local, multicast',
    [
      'fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
      'fe80::-feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
      'ff00::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    ],
  ],
  [
    'all that is not given to hosts of the internet, 2000::/3',
    [
      '::1-1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
      '4000::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    ],
  ],
] as const

/** The text of a `turnserver.conf`; every line is understood by coturn 4.6 and later. */
export function coturnConfigText(settings: CoturnSettings): string {
  const { port, tlsPort, relayPorts, realm, secrets, certificate } = settings
  return [
    '# A coturn that takes the logins of this Duet server (coturn 4.6 or later).',
    '# It holds the secret: let nobody but coturn read it. Save it as /etc/turnserver.conf.',
    '',
    '# Where clients come. UDP and TCP share the first port.',
    `listening-port=${port}`,
    ...(tlsPort !== undefined && certificate ? [`tls-listening-port=${tlsPort}`] : ['no-tls']),
    '# Browsers have no DTLS for TURN.',
    'no-dtls',
    ...addressLines(settings),
    '# UDP ports of relayed calls: open them in the firewall.',
    `min-port=${relayPorts.first}`,
    `max-port=${relayPorts.last}`,
    '',
    '# Logins end by themselves and are signed with the secret; user= lines would shut them out.',
    `realm=${realm}`,
    'use-auth-secret',
    ...secrets.map((secret) => `static-auth-secret=${secret}`),
    'stale-nonce=600',
    'fingerprint',
    ...(tlsPort !== undefined && certificate
      ? [
          '',
          '# After the files change: kill -USR2 of the process.',
          `cert=${certificate.cert}`,
          `pkey=${certificate.key}`,
        ]
      : []),
    '',
    '# How much at once. Logins of one session count as one user.',
    `user-quota=${settings.userQuota}`,
    `total-quota=${settings.totalQuota}`,
    ...(settings.maxBytesPerSecond === undefined
      ? []
      : [
          '# Bytes per second of one allocation, each way.',
          `max-bps=${settings.maxBytesPerSecond}`,
        ]),
    '',
    '# Nothing but relaying of UDP.',
    'no-tcp-relay',
    'no-multicast-peers',
    'no-cli',
    '# No answers to clients of RFC 3489, nor for tests of NATs.',
    'no-rfc5780',
    'no-stun-backward-compatibility',
    '',
    '# Whom nobody may reach through it. This server binds logins to the addresses of one call;',
    '# a coturn can not, so these lines are all that protects the network it stands in.',
    ...DENIED_RANGES.flatMap(([what, ranges]) => [
      `# ${what}`,
      ...ranges.map((range) => `denied-peer-ip=${range}`),
    ]),
    ...ownLines(settings),
    '',
  ].join('\n')
}

function addressLines({ publicIp, privateIp }: CoturnSettings): string[] {
  if (publicIp === undefined) {
    return [
      '# Behind a one-to-one NAT (most clouds): its public address, and the one it is bound to.',
      '# external-ip=PUBLIC/PRIVATE',
    ]
  }
  if (privateIp === undefined) {
    return [
      '# Its public address. Where it relays over IPv6 as well, or is bound to several addresses:',
      '# external-ip=PUBLIC/PRIVATE, a line for each.',
      `external-ip=${publicIp}`,
    ]
  }
  if (privateIp === publicIp) return ['# It is bound to its public address itself: no external-ip.']
  return [
    '# Behind a one-to-one NAT: its public address, and the one it is bound to.',
    `external-ip=${publicIp}/${privateIp}`,
  ]
}

/** coturn can't tell its own relays from what else listens at its address. */
function ownLines({ publicIp, privateIp }: CoturnSettings): string[] {
  const own = publicIp ?? 'ITS-PUBLIC-ADDRESS'
  const relay = privateIp ?? publicIp ?? 'ITS-PRIVATE-ADDRESS'
  return [
    '# What else listens at its public address can be reached through it: keep that behind a firewall,',
    '# or deny the address, and two who are both relayed here will not meet.',
    `# denied-peer-ip=${own}`,
    '# Where the relays have a private address, two who are both relayed here meet only with this line,',
    '# which opens all ports of that address as well.',
    `# allowed-peer-ip=${relay}`,
  ]
}
