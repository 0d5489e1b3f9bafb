import { DuetError, type Logger } from '@duet/base'
import type { DatagramNetwork } from '@duet/datagrams'
import {
  createTurnServer,
  SpareWorker,
  type RelayOptions,
  type TlsCertificate,
  type TurnLimits,
  type TurnServer,
} from '@duet/turn'
import {
  formatNetwork,
  isShared,
  publicIpsOf,
  SCOPED_PREFIX,
  sharedPorts,
  type Config,
} from './config/index.ts'
import type { Certificate } from './front/certificate.ts'
import type { Guests } from './front/guests.ts'
import { hostError } from './front/listen-addresses.ts'
import type { LocalAddresses } from './front/local-addresses.ts'
import { ownAddresses } from './reach/own-addresses.ts'
import { relayAddresses } from './reach/relay-addresses.ts'
import { StartError } from './start-error.ts'

export interface TurnOptions {
  config: Config
  /** The addresses to listen on, or wildcards. */
  ips: readonly string[]
  certificate: Certificate | undefined
  localAddresses: LocalAddresses
  /** The secrets of REST credentials. */
  secrets: readonly string[]
  nonceKey: Uint8Array
  /** Where UDP sockets are from; its own unless said. */
  network?: DatagramNetwork | undefined
  /** The first thread that relays runs in it. */
  spare?: SpareWorker | undefined
  logger: Logger
}

/** The STUN/TURN server of this machine, with its ports as really bound. */
export interface Turn {
  server: TurnServer
  /** UDP and TCP; undefined when it is off. */
  port: number | undefined
  /** TLS; undefined when it is off or no browser would trust it. */
  turnsPort: number | undefined
  /** Names of fixed logins. */
  users: readonly string[]
}

/** A free TCP port may be taken for UDP: so many are tried. */
const ANY_PORT_ATTEMPTS = 5

/** Whether browsers are told of TURN over TLS: with an untrusted certificate they gather nothing. */
export function isTurnsOffered({ turns, turnsPort, tlsCert, domain }: Config): boolean {
  const isTrusted = tlsCert.length > 0 || domain.length > 0
  return turnsPort !== null && (turns === 'always' || (turns === 'auto' && isTrusted))
}

/** A thread to relay in that loads while this one loads the rest; undefined: none is wanted. */
export function startTurnWorker(config: Config): SpareWorker | undefined {
  return turnWorkers(config) > 0 ? new SpareWorker() : undefined
}

/** What comes at a port of others is handed over within this thread. */
function turnWorkers(config: Config): number {
  const isOff = config.turnPort === null && !isTurnsOffered(config)
  return isOff || sharedPorts(config).length > 0 ? 0 : config.turnWorkers
}

/** Starts STUN and TURN, or nothing when all its ports are off. Rejects with a StartError. */
export async function startTurn(options: TurnOptions): Promise<Turn | undefined> {
  const { config, ips } = options
  const turnsPort = isTurnsOffered(config) ? config.turnsPort : null
  if (config.turnPort === null && turnsPort === null) return undefined
  for (let attempt = 1; ; attempt += 1) {
    const ports = [config.turnPort, turnsPort].map((port) => (port === 0 ? freePort(ips) : port))
    const [port = null, shared = null] = ports
    try {
      return await open(options, { port, turnsPort: shared })
    } catch (error) {
      if (!(error instanceof DuetError)) throw error
      const isAnyPort = config.turnPort === 0 || turnsPort === 0
      if (!isAnyPort || attempt === ANY_PORT_ATTEMPTS) throw startError(error)
    }
  }
}

async function open(
  options: TurnOptions,
  { port, turnsPort }: { port: number | null; turnsPort: number | null },
): Promise<Turn> {
  const { config, ips, certificate, logger, network, nonceKey, secrets } = options
  const at = (onPort: number | null): { host: string; port: number }[] =>
    onPort === null ? [] : ips.map((host) => ({ host, port: onPort }))
  // On a port for HTTPS it is handed what comes for it.
  const alone = (onPort: number | null) => (isShared(onPort, config) ? [] : at(onPort))
  const users = new Map(config.turnUser.map(({ name, password }) => [name, password]))
  const server = await createTurnServer({
    udp: at(port),
    tcp: alone(port),
    tls: alone(turnsPort),
    ...(certificate ? { certificate: tlsOf(certificate) } : {}),
    relay: relayOptions(options),
    peers: {
      allow: config.turnAllowPeers.map(formatNetwork),
      ownPorts: config.mediaPort ? [config.mediaPort] : [],
    },
    realm: config.turnRealm,
    users,
    secrets,
    scopedPrefix: SCOPED_PREFIX,
    nonceKey,
    ...(network ? { datagrams: network } : {}),
    limits: config.limits === 'off' ? 'off' : bandwidthLimits(config),
    workers: network ? 0 : turnWorkers(config),
    spare: options.spare,
    logLevel: config.logLevel,
    logger,
  })
  return {
    server,
    port: port ?? undefined,
    turnsPort: turnsPort ?? undefined,
    users: [...users.keys()],
  }
}

/** What TURN over TLS presents, and nothing that other threads can't be told. */
export function tlsOf({ cert, key }: Certificate): TlsCertificate {
  return { cert, key }
}

/** Who comes to a port for HTTPS and begins with STUN. */
export function turnGuests(server: TurnServer): Guests {
  return {
    accept: (socket, { address, port, isSecure }) =>
      server.accept(socket, { transport: isSecure ? 'tls' : 'tcp', address, port }),
  }
}

function startError(error: DuetError): StartError {
  if (error.code === 'address-unavailable') return hostError(error.message, error)
  const flag = error.message.startsWith('TLS') ? '--turns-port' : '--turn-port'
  const advice = `choose another one with ${flag}, or off to do without.`
  return new StartError('port-not-usable', `${error.message}: ${advice}`, { cause: error })
}

/** A port that UDP and TCP can share on all of these addresses, most likely. Throws a StartError. */
function freePort(ips: readonly string[]): number {
  const host = ips[0] ?? '::'
  try {
    const probe = Bun.listen({ hostname: host, port: 0, socket: { data() {} } })
    probe.stop(true)
    return probe.port
  } catch (error) {
    throw hostError(`${host} is not an address of this machine`, error)
  }
}

function bandwidthLimits({
  turnRate,
  turnRatePerUser,
  turnRatePerIp,
}: Config): Partial<TurnLimits> {
  const perUser = turnRatePerUser ?? Infinity
  return {
    bandwidthPerAllocation: perUser,
    bandwidthPerUser: perUser,
    bandwidthPerAddress: turnRatePerIp ?? Infinity,
    bandwidth: turnRate ?? Infinity,
  }
}

/** Until more is known of the public address. */
function relayOptions({ config, ips, localAddresses }: TurnOptions): RelayOptions {
  const { first: minPort, last: maxPort } = config.relayPorts
  const addresses = relayAddresses({
    own: ownAddresses(ips, localAddresses),
    publicIps: publicIpsOf(config),
    allowPeers: config.turnAllowPeers,
  })
  return { minPort, maxPort, ...(addresses.length > 0 ? { addresses } : {}) }
}
