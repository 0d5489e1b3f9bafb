import { isIPv4 } from 'node:net'
import { DuetError, messageOf, type Logger } from '@duet/base'
import { createNatDiscovery } from '@duet/turn'
import type { LocalAddresses } from './front/local-addresses.ts'

export interface NatDiscoveryOptions {
  /** The addresses to listen on, or wildcards. */
  ips: readonly string[]
  localAddresses: LocalAddresses
  /** Of STUN and TURN; the two behind it are taken. Undefined: it is off. */
  turnPort: number | undefined
  logger: Logger
}

/** A server by which clients learn what kind of NAT they are behind. */
export interface NatDiscoveryService {
  /** UDP. */
  ports: readonly [number, number]
  /** Idempotent. */
  close(): void
}

const HIGHEST_PORT = 65_535

/**
 * Opens RFC 5780 where it can be done: it takes two public IPv4 addresses, and two ports of each.
 * Undefined where there are not so many, or a port is taken: it helps with diagnosis only.
 */
export async function startNatDiscovery(
  options: NatDiscoveryOptions,
): Promise<NatDiscoveryService | undefined> {
  const { turnPort, logger } = options
  const [first, second] = publicAddresses(options)
  if (first === undefined || second === undefined || turnPort === undefined) return undefined
  const ports = [turnPort + 1, turnPort + 2] as const
  if (ports[1] > HIGHEST_PORT) return undefined
  try {
    const addresses = [{ bind: first }, { bind: second }] as const
    const server = await createNatDiscovery({ addresses, ports })
    return { ports, close: () => server.close() }
  } catch (error) {
    if (!(error instanceof DuetError)) throw error
    logger.info('no NAT discovery', { reason: messageOf(error) })
    return undefined
  }
}

/** Of the machine’s public IPv4 addresses, those that are listened on. */
function publicAddresses({ ips, localAddresses }: NatDiscoveryOptions): readonly string[] {
  const isEverywhere = ips.some((ip) => ip === '0.0.0.0' || ip === '::')
  return localAddresses.global.filter((ip) => isIPv4(ip) && (isEverywhere || ips.includes(ip)))
}
