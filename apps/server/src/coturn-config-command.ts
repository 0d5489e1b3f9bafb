import { isIP, isIPv4 } from 'node:net'
import { resolve } from 'node:path'
import { DEFAULT_LIMITS } from '@duet/turn'
import { flagOf, tlsPairs, type Config } from './config/index.ts'
import { coturnConfigText } from './coturn-config.ts'
import { knownTurnSecrets } from './turn-secrets.ts'
import type { CommandResult } from './user-command.ts'

/** IANA's ports, where this server has none that could be the same. */
const DEFAULT_PORT = 3478
const DEFAULT_TLS_PORT = 5349

const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

/** The configuration of a coturn that takes the same logins, with the flags of the server. */
export function coturnConfig(config: Config): CommandResult {
  const secrets = knownTurnSecrets(config)
  if ('problem' in secrets) return secrets
  if (config.turnPort === 0 || config.turnsPort === 0) {
    const key = config.turnPort === 0 ? 'turnPort' : 'turnsPort'
    return { problem: `${flagOf(key)} 0 takes any free port: give the one that coturn shall have` }
  }
  const [pair] = tlsPairs(config)
  const publicIp = config.publicIp.find(isIPv4) ?? config.publicIp[0]
  const text = coturnConfigText({
    realm: config.turnRealm,
    secrets,
    port: config.turnPort ?? DEFAULT_PORT,
    tlsPort: pair ? (config.turnsPort ?? DEFAULT_TLS_PORT) : undefined,
    relayPorts: config.relayPorts,
    publicIp,
    privateIp: publicIp === undefined ? undefined : boundFor(publicIp, config.host),
    certificate: pair && { cert: resolve(pair.cert), key: resolve(pair.key) },
    userQuota: DEFAULT_LIMITS.allocationsPerUser,
    totalQuota: portsIn(config),
    maxBytesPerSecond: config.turnRatePerUser ?? undefined,
  })
  return { text }
}

/** The address to listen on, where one was named: the public one itself, or one behind a NAT. */
function boundFor(publicIp: string, hosts: readonly string[]): string | undefined {
  const own = hosts.filter((host) => isIP(host) === isIP(publicIp) && !WILDCARDS.has(host))
  return own.includes(publicIp) ? publicIp : own[0]
}

function portsIn({ relayPorts }: Config): number {
  return Math.min(DEFAULT_LIMITS.allocations, relayPorts.last - relayPorts.first + 1)
}
