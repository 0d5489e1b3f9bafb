import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { askWeb } from './probe/web.ts'
import { parseHost } from '../../front/host.ts'

/** The server that is checked. */
export interface Target {
  /** Its origin, as people open it. */
  origin: string
  isSecure: boolean
  /** Name or address, without the brackets of IPv6. */
  host: string
  port: number
  /** It runs on this machine, as this machine's configuration says. */
  isOwn: boolean
}

/** An address of the target, and how it answers. */
export interface TargetAddress {
  address: string
  family: 4 | 6
}

/** Reads `https://duet.example`, or `duet.example` alone; undefined when it is no address of a server. */
export function readTarget(text: string, isOwn = false): Target | undefined {
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`)
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '') return undefined
  const isSecure = url.protocol === 'https:'
  const host = parseHost(url.hostname)?.name ?? url.hostname
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port)
  return { origin: url.origin, isSecure, host, port, isOwn }
}

/** Where an address leads that sends everybody on to HTTPS; the same where it does not. */
export async function secureTarget(target: Target): Promise<Target> {
  if (target.isSecure) return target
  const answer = await askWeb(target, '/healthz')
  const location = answer.kind === 'answer' ? answer.headers.get('location') : null
  const led = location === null ? null : URL.parse(location, target.origin)
  return (led && readTarget(led.origin, target.isOwn)) ?? target
}

/** All addresses of a name, IPv4 first; none when it is unknown. */
export async function addressesOf(host: string): Promise<TargetAddress[]> {
  const family = isIP(host)
  if (family === 4 || family === 6) return [{ address: host, family }]
  try {
    const found = await lookup(host, { all: true })
    return found
      .map(({ address, family: version }) => ({ address, family: version === 6 ? 6 : 4 }) as const)
      .toSorted((one, other) => one.family - other.family)
  } catch {
    return []
  }
}
