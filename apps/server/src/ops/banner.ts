import { renderUnicodeCompact } from 'uqr'
import type { PortRange } from '../config/index.ts'
import type { Certificate } from '../front/certificate.ts'
import type { Listener } from '../front/listen.ts'
import type { Addresses } from './addresses.ts'

export interface BannerFacts {
  version: string
  addresses: Addresses
  listeners: readonly Listener[]
  certificate: Certificate | undefined
  /** From --domain: one for these is got, unless it is there. */
  domains?: readonly string[]
  /** What devices can be told to trust, where the certificate is our own. */
  root?: { fingerprint: string } | undefined
  /** Those chosen by name only. */
  otherCertificates: readonly Certificate[]
  /** As really bound; undefined where it is off. */
  turn:
    | {
        port: number | undefined
        turnsPort: number | undefined
        relayPorts: PortRange
        users: readonly string[]
      }
    | undefined
  /** UDP, as really bound; undefined where there is no media server. */
  mediaPort: number | undefined
  /** UDP, by which clients learn of their NAT; none where there is no such server. */
  natPorts: readonly number[]
  /** Each with what it means, as a sentence. */
  proxyRules: readonly string[]
  /** From --pre-hook. */
  preHook: string | undefined
  /** Makes the first administrator; undefined when there is one. */
  administratorLink: string | undefined
  isLimited: boolean
}

const LABEL_WIDTH = 18

/** What is printed once the server listens: where to open it and what to know. */
export function banner(facts: BannerFacts): string {
  const { addresses } = facts
  return [
    `Duet ${facts.version} is ready.`,
    '',
    ...line('On this machine', addresses.local),
    ...addresses.lan.flatMap((origin) => line('In your network', origin)),
    ...line('From anywhere', addresses.public),
    '',
    ...qrCode(addresses.best),
    ...line('Administrator', facts.administratorLink),
    ...line('Firewall', firewallPorts(facts)),
    ...line('Media server', aboutMedia(facts)),
    ...line('TURN users', facts.turn?.users.join(', ') || undefined),
    ...lines('Proxy', facts.proxyRules),
    ...line('Pre-hook', aboutHook(facts.preHook)),
    ...lines('Certificate', aboutCertificates(facts)),
    ...line('Fingerprint', facts.root?.fingerprint),
    ...line('Limits', facts.isLimited ? undefined : 'off: for benchmarks only'),
    '',
  ].join('\n')
}

/** The ports to open in a firewall: `8080,8443/tcp 3478/udp`. */
export function firewallPorts({ listeners, turn, mediaPort, natPorts }: BannerFacts): string {
  const web = new Set(listeners.map(({ port }) => port))
  const tcp = [...web, turn?.port, turn?.turnsPort].filter((port) => port !== undefined)
  const relays = turn?.port ? [turn.port, rangeOf(turn.relayPorts)] : []
  const udp = [...new Set([...relays, mediaPort, ...natPorts])].filter((port) => port !== undefined)
  return [`${tcp.join(',')}/tcp`, ...(udp.length > 0 ? [`${udp.join(',')}/udp`] : [])].join(' ')
}

function rangeOf({ first, last }: PortRange): string {
  return `${first}-${last}`
}

/** Where to publish and play, and the ports that SRS's clients expect. */
function aboutMedia({ listeners, mediaPort }: BannerFacts): string | undefined {
  if (mediaPort === undefined) return undefined
  const named = new Map(listeners.flatMap(({ name, port }) => (name ? [[name, port]] : [])))
  const ports = [...named].map(([name, port]) => `${name} on ${port}`).join(', ')
  const place = `UDP ${mediaPort}, /whip/<room>/<name>, /whep/<room>/<name>`
  return ports === '' ? place : `${place}; ${ports}`
}

function line(label: string, text: string | undefined): string[] {
  return text === undefined ? [] : [`  ${label.padEnd(LABEL_WIDTH)}${text}`]
}

function lines(label: string, texts: readonly string[]): string[] {
  return texts.flatMap((text, index) => line(index === 0 ? label : '', text))
}

/** Its path and query may be a secret. */
function aboutHook(url: string | undefined): string | undefined {
  return url === undefined ? undefined : `${new URL(url).origin} is asked about each request`
}

function qrCode(origin: string | undefined): string[] {
  if (origin === undefined) return []
  const rows = renderUnicodeCompact(origin, { border: 2 }).split('\n')
  return [...rows.map((row) => `  ${row}`), '']
}

function aboutCertificates(facts: BannerFacts): string[] {
  const { certificate, otherCertificates, addresses, domains = [] } = facts
  if (!certificate?.isSelfSigned) return [certificate, ...otherCertificates].map(aboutCertificate)
  if (domains.length > 0) {
    return [`one for ${domains.join(', ')} is being got; until then browsers are warned`]
  }
  const origin = addresses.plain ?? addresses.best ?? addresses.local
  return [
    `self-signed: each device is warned until it trusts it; how: ${origin}/trust`,
    'web push and TURN over TLS (turns:) need that, or one from --domain or --tls-cert',
  ]
}

function aboutCertificate(certificate: Certificate | undefined): string {
  if (!certificate) return 'none: HTTPS is off'
  const end = new Date(certificate.endsAt).toISOString().slice(0, 10)
  return `${certificate.names.join(', ')}, until ${end}`
}
