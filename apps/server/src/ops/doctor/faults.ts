/** What a sentence may mention. */
export interface FaultFacts {
  /** A host, an address or an origin. */
  at?: string
  /** Another one, that was found or wanted. */
  other?: string
  port?: number
  path?: string
  code?: number | string
  /** What somebody else said, such as an error message. */
  detail?: string
  seconds?: number
  days?: number
  bytes?: number
}

/** A fault in words: what is wrong, why it matters, and the one thing to change. */
export interface FaultWords {
  wrong: (facts: FaultFacts) => string
  why: string
  change: (facts: FaultFacts) => string
}

const NO_CALLS = 'Without it nobody opens the page, and no call begins.'
const RELAY =
  'Calls between networks that let nothing in go over the relay; without it they stay black.'
const MEDIA =
  'Recording, showing calls live and calls through the server need it; direct calls don’t.'
const KEPT = 'Accounts, messages, calls and the server’s secrets are kept there.'

const map = (port: number | undefined, protocol: string): string =>
  `Open ${protocol.toUpperCase()} port ${port} in the firewall, and map it in Docker: -p ${port}:${port}/${protocol}.`

/** Of what `detail` names: STUN, or TURN over something. */
const protocolOf = (detail = ''): string => (/TCP|TLS/.test(detail) ? 'TCP' : 'UDP')

/** Everything that `duet doctor` can find wrong. */
export const FAULTS = {
  'name-unknown': {
    wrong: ({ at }) => `${at} has no address.`,
    why: NO_CALLS,
    change: ({ at }) => `Add an A record for ${at} to its DNS zone, or correct the name.`,
  },
  'web-closed': {
    wrong: ({ at, port, detail }) => `Nothing answers at ${at}, port ${port} (${detail}).`,
    why: NO_CALLS,
    change: ({ port }) => map(port, 'tcp'),
  },
  'not-running': {
    wrong: ({ port }) => `No Duet runs here: port ${port} is free.`,
    why: NO_CALLS,
    change: () => 'Start it: npm start, with the same flags as this command.',
  },
  'port-taken': {
    wrong: ({ port, detail }) => `Another program has port ${port} (${detail}).`,
    why: 'Duet can’t open a port that is taken.',
    change: ({ port }) => `Stop that program, or choose another port in place of ${port}.`,
  },
  'not-duet': {
    wrong: ({ at, code }) => `Something else than Duet answers at ${at} (${code}).`,
    why: NO_CALLS,
    change: () => 'Let the proxy in front pass on all paths, /api/ and /ws too, to Duet.',
  },
  'ipv6-unreachable': {
    wrong: ({ at, other }) => `${at} has the IPv6 address ${other}, and nothing answers there.`,
    why: 'Browsers try IPv6 first: pages open late, and ICE tries ways that lead nowhere.',
    change: () => 'Remove the AAAA record, or let IPv6 through the firewall.',
  },
  'ipv4-unreachable': {
    wrong: ({ at, other }) => `${at} has the IPv4 address ${other}, and nothing answers there.`,
    why: 'Most networks have IPv4 only.',
    change: () => 'Correct the A record, or let IPv4 through the firewall.',
  },
  'certificate-untrusted': {
    wrong: ({ at }) => `The certificate of ${at} is self-signed.`,
    why: 'Every browser warns of it; web push and TURN over TLS don’t work at all.',
    change: () =>
      'Start with --domain and the server’s name, or with --tls-cert and --tls-key; for your own devices, open /trust on each.',
  },
  'certificate-chain': {
    wrong: ({ at, detail }) =>
      `The certificate of ${at} leads to no authority that is trusted (${detail}).`,
    why: 'Browsers warn of it; TURN over TLS fails without a word.',
    change: () => 'Give --tls-cert the whole chain (fullchain.pem), not the certificate alone.',
  },
  'certificate-expired': {
    wrong: ({ at, detail }) => `The certificate of ${at} ended on ${detail}.`,
    why: 'Browsers refuse the page, and TURN over TLS.',
    change: () => 'Renew it; Duet reads the files again by itself.',
  },
  'certificate-early': {
    wrong: ({ at, detail }) => `The certificate of ${at} begins on ${detail} only.`,
    why: 'Browsers refuse the page until then.',
    change: () => 'Set the clock of this machine and of the server right.',
  },
  'certificate-ends-soon': {
    wrong: ({ at, days }) => `The certificate of ${at} ends in ${days} days.`,
    why: 'What renews it should have done so before; then browsers refuse the page.',
    change: () => 'Renew it now, and look why that did not happen by itself.',
  },
  'certificate-name': {
    wrong: ({ at, other }) => `The certificate at ${at} is for ${other}.`,
    why: 'Browsers refuse a certificate for another name.',
    change: ({ at }) => `Get a certificate for ${at}, or open Duet under the name of this one.`,
  },
  'certificate-files': {
    wrong: ({ detail }) => `${detail}`,
    why: 'HTTPS and TURN over TLS can’t start with it.',
    change: () => 'Correct --tls-cert and --tls-key: PEM files that belong together.',
  },
  'tls-failed': {
    wrong: ({ at, detail }) => `${at} does not speak TLS (${detail}).`,
    why: NO_CALLS,
    change: () => 'Open the HTTPS address that the start prints.',
  },
  'clock-differs': {
    wrong: ({ at, seconds }) => `The clocks here and at ${at} are ${seconds} s apart.`,
    why: 'Credentials of relays and tokens live by the clock: with a wrong one they have ended before they begin.',
    change: () => 'Turn on NTP on the one that is wrong: timedatectl set-ntp true.',
  },
  'clock-behind': {
    wrong: ({ path, seconds }) => `The clock is behind: ${path} was written ${seconds} s from now.`,
    why: 'Credentials of relays, tokens and certificates live by the clock.',
    change: () => 'Turn on NTP on this machine: timedatectl set-ntp true.',
  },
  'socket-no-upgrade': {
    wrong: ({ at, code }) =>
      `${at} answers a WebSocket with ${code}: a proxy in front does not pass on the upgrade.`,
    why: 'Calls are set up over a WebSocket: the page opens, and no call begins.',
    change: () =>
      'In nginx, for this location: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";',
  },
  'socket-silent': {
    wrong: ({ at }) => `The WebSocket at ${at} opens, and says nothing.`,
    why: 'Calls are set up over it.',
    change: () => 'Turn off buffering in the proxy in front, for /ws at least.',
  },
  'socket-small': {
    wrong: ({ bytes }) => `The WebSocket breaks at a message of ${bytes} bytes.`,
    why: 'Descriptions of calls are as long as that: calls fail when they begin.',
    change: () => 'Raise the limit for WebSocket messages of the proxy in front.',
  },
  'proxy-hides-https': {
    wrong: () => 'The server takes this HTTPS for HTTP: the proxy in front does not tell it.',
    why: 'It leads browsers to HTTPS again and again, and logins get no cookies.',
    change: () => 'Let the proxy set X-Forwarded-Proto, and name its network in --trust-proxy.',
  },
  'proxy-changes-host': {
    wrong: ({ at, other }) =>
      `The server believes that it was called as ${other} in place of ${at}.`,
    why: 'It then tells browsers to look for STUN and TURN at that name.',
    change: () =>
      'Let the proxy pass on Host, or set X-Forwarded-Host; in nginx: proxy_set_header Host $http_host;',
  },
  'proxy-hides-clients': {
    wrong: ({ at, other }) =>
      `The server sees everybody as ${other}; from here it should see ${at}.`,
    why: 'Limits for one address then stop everybody at once.',
    change: () => 'Let the proxy set X-Forwarded-For, and name its network in --trust-proxy.',
  },
  'stun-closed': {
    wrong: ({ at }) => `STUN at ${at} does not answer over UDP.`,
    why: 'Without it two people in different networks reach each other over a relay only.',
    change: ({ port }) => map(port, 'udp'),
  },
  'ice-ipv6-closed': {
    wrong: ({ at, other, detail }) =>
      `${detail} at ${at} does not answer over IPv6 (${other}); over IPv4 it does.`,
    why: 'Phones in networks with IPv6 alone find no way then, and others wait for one that leads nowhere.',
    change: ({ port, detail }) =>
      `Open ${protocolOf(detail)} port ${port} for IPv6 in the firewall (in Docker too), or remove the AAAA record.`,
  },
  'ice-ipv4-closed': {
    wrong: ({ at, other, detail }) =>
      `${detail} at ${at} does not answer over IPv4 (${other}); over IPv6 it does.`,
    why: 'Most networks have IPv4 only.',
    change: ({ port, detail }) =>
      `Open ${protocolOf(detail)} port ${port} for IPv4 in the firewall, or correct the A record.`,
  },
  'no-relay': {
    wrong: () => 'The server offers no relay.',
    why: RELAY,
    change: () => 'Start it without --turn-port off, or list another TURN server.',
  },
  'turn-udp-closed': {
    wrong: ({ at }) => `TURN at ${at} does not answer over UDP.`,
    why: RELAY,
    change: ({ port }) => map(port, 'udp'),
  },
  'turn-tcp-closed': {
    wrong: ({ at, detail }) => `TURN at ${at} takes no connection over TCP (${detail}).`,
    why: 'Networks that block UDP need it.',
    change: ({ port }) => map(port, 'tcp'),
  },
  'turn-tls-closed': {
    wrong: ({ at, detail }) => `TURN at ${at} takes no connection over TLS (${detail}).`,
    why: 'The strictest networks let nothing else through.',
    change: ({ port }) => map(port, 'tcp'),
  },
  'turn-certificate': {
    wrong: ({ at, detail }) => `Browsers refuse the certificate of TURN at ${at} (${detail}).`,
    why: 'With turns: they find no relay then, and say nothing of it.',
    change: () =>
      'Give it a certificate for this very name (--domain or --tls-cert), or start with --turns never.',
  },
  'turn-refused': {
    wrong: ({ at, code }) => `TURN at ${at} refuses a relay (${code}).`,
    why: RELAY,
    change: ({ code }) =>
      code === 401
        ? 'Give the TURN server the secret of this server, and set both clocks right.'
        : 'Look into the server’s log, which says why in one sentence.',
  },
  'turn-private-address': {
    wrong: ({ at, other }) =>
      `The relay at ${at} gives out ${other}, an address that nobody outside reaches.`,
    why: RELAY,
    change: ({ at }) => `Start with --public-ip and the address of ${at} on the internet.`,
  },
  'turn-no-packets': {
    wrong: ({ at }) => `The relay at ${at} takes packets, and nothing comes out.`,
    why: RELAY,
    change: () => 'Start with --public-ip and the right address of the server on the internet.',
  },
  'relay-ports-closed': {
    wrong: ({ at }) => `Packets to the relayed address ${at} do not arrive.`,
    why: 'A call with one relayed side gets nothing from the other one.',
    change: () =>
      'Open the UDP ports of --relay-ports (49160-49259 unless set) in the firewall, and map them in Docker: -p 49160-49259:49160-49259/udp; if they are open, correct --public-ip.',
  },
  'media-refused': {
    wrong: ({ code, detail }) =>
      `The media server refuses a stream (${code}${detail ? `: ${detail}` : ''}).`,
    why: MEDIA,
    change: () => 'Let the proxy in front pass on POST, PATCH and DELETE at /whip/ and /whep/.',
  },
  'media-private-address': {
    wrong: ({ other }) => `The media server gives out ${other}, which nobody outside reaches.`,
    why: MEDIA,
    change: () => 'Start with --public-ip and the address of the server on the internet.',
  },
  'media-closed': {
    wrong: ({ at }) => `The media server does not answer at ${at}.`,
    why: MEDIA,
    change: ({ port }) => map(port, 'udp'),
  },
  'media-address-silent': {
    wrong: ({ at, other }) =>
      `The media server gives out ${at}, where it does not answer; at ${other} it does.`,
    why: 'Whoever can reach that address only has no sound and no picture through the server.',
    change: ({ port }) =>
      `If the address is wrong, set --public-ip right (off gives out none); if it is right, open UDP port ${port} there. Behind the router that has it, it may be silent to this machine alone: ask from another network.`,
  },
  'public-address-differs': {
    wrong: ({ at, other }) =>
      `--public-ip is ${at}, and the internet sees this machine as ${other}.`,
    why: 'Relays and the media server are then looked for at an address that leads elsewhere.',
    change: ({ other }) => `Start with --public-ip ${other}, or leave it out to have it found.`,
  },
  'data-not-writable': {
    wrong: ({ path, detail }) => `${path} can’t be written (${detail}).`,
    why: KEPT,
    change: () =>
      'Make it writable for the user that runs Duet, or choose another one with --data.',
  },
  'disk-full': {
    wrong: ({ path, bytes = 0 }) => `${path} has ${Math.floor(bytes / 2 ** 20)} MiB left.`,
    why: 'On a full disk nothing is kept: no login, no message, no recording.',
    change: () => 'Delete what is not needed, or lower --recordings-max and --recordings-keep.',
  },
  'database-failed': {
    wrong: ({ at, detail }) => `The database ${at} does not answer (${detail}).`,
    why: 'Without it nobody logs in, and no call between accounts begins.',
    change: () => 'Start the database, and correct --database.',
  },
  'database-damaged': {
    wrong: ({ at, detail }) => `The database ${at} is damaged (${detail}).`,
    why: KEPT,
    change: () => 'Stop Duet, and put a copy from before in its place.',
  },
  'no-ffmpeg': {
    wrong: ({ path }) => `${path ?? 'ffmpeg'} is not there, or does not run.`,
    why: 'Without it recordings are not merged into one file, and calls can’t be shown live.',
    change: () => 'Install it: apt-get install ffmpeg; or name it with --ffmpeg.',
  },
  'no-answer-in-time': {
    wrong: ({ seconds }) => `There was no end of it within ${seconds} s.`,
    why: 'Whatever it is, people would wait for it as long.',
    change: () => 'Try again; if it stays, look at the load of the server and into its log.',
  },
  'check-broke': {
    wrong: ({ detail }) => `The check itself broke: ${detail}.`,
    why: 'So it says nothing of the server.',
    change: () => 'Tell the makers of Duet, with this line.',
  },
} as const satisfies Record<string, FaultWords>

export type FaultCode = keyof typeof FAULTS

/** The three sentences of a fault. */
export function sentencesOf(
  code: FaultCode,
  facts: FaultFacts,
): { wrong: string; why: string; change: string } {
  const words: FaultWords = FAULTS[code]
  return { wrong: words.wrong(facts), why: words.why, change: words.change(facts) }
}
