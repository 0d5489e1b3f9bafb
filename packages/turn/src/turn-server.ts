import {
  DuetError,
  silentLogger,
  systemClock,
  type Clock,
  type Logger,
  type LogLevel,
} from '@duet/base'
import {
  formatIp,
  ipOf,
  LAST_CHANNEL,
  LAST_LEGACY_CHANNEL,
  parseIp,
  portOf,
  type IpAddress,
  type TransportAddress,
} from '@duet/stun'
import { firstOf, usersAuthenticator, type Authenticator } from './authenticator.ts'
import {
  batchedDatagrams,
  bindAddresses,
  interfaceAddresses,
  type DatagramNetwork,
} from '@duet/datagrams'
import type { ClientTransport } from './client.ts'
import type { TransportTraffic } from './counters.ts'
import type { Grant } from './grants.ts'
import { GuestStreams, type GuestStream, type StreamOrigin } from './guest-streams.ts'
import { DEFAULT_LIMITS, NO_LIMITS, type TurnLimits } from './limits.ts'
import { defaultRelayAddresses } from './networks.ts'
import { PeerPolicy } from './peer-policy.ts'
import { PeerRouter } from './peer-router.ts'
import { RelayPool, type RelayAddress } from './relay-pool.ts'
import { restAuthenticator } from './rest-credentials.ts'
import type { StreamSocket } from './stream-client.ts'
import { StreamListener, type TlsCertificate } from './stream-listener.ts'
import type { SpareWorker } from './threads/spare-worker.ts'
import type { ThreadPart } from './threads/thread-part.ts'
import { TurnCore } from './turn-core.ts'
import { UdpListener } from './udp-listener.ts'

/** An IP address to listen on, `0.0.0.0` or `::` for all, and a port, 0 for any. */
export interface ListenOptions {
  host: string
  port: number
}

export interface RelayOptions {
  /**
   * IP addresses that relays are bound to, one of each family at most, and how peers see them
   * behind a one-to-one NAT. Without any, the machine's first addresses.
   */
  addresses?: readonly { bind: string; external?: string }[]
  /** First port of the relays; 49152 unless said. */
  minPort?: number
  /** Last port of the relays; 65535 unless said. */
  maxPort?: number
}

export interface PeerOptions {
  /** Ranges (CIDR) that may be peers although they are private or reserved. */
  allow?: readonly string[]
  /** Ports at the relays' addresses that relayed callers may reach: media ports. */
  ownPorts?: readonly number[]
}

export interface TurnServerOptions {
  /** UDP: a socket for each local address, so that answers leave from where requests came to. */
  udp?: readonly ListenOptions[]
  tcp?: readonly ListenOptions[]
  tls?: readonly ListenOptions[]
  /** For `tls`, and changed by `setTls`. */
  certificate?: TlsCertificate
  relay?: RelayOptions
  peers?: PeerOptions
  /** Never empty; `duet` unless said. */
  realm?: string
  /** Who may allocate: those whom this one knows, or `users` and `secrets`, who are data. */
  authenticate?: Authenticator
  /** Fixed logins, by name with their passwords; each address that uses one has a quota of its own. */
  users?: ReadonlyMap<string, string>
  /** Those of REST credentials, whoever has any. There is no anonymous relay. */
  secrets?: readonly string[]
  /**
   * User ids that begin so were given out for one call each: they reach relayed addresses of this
   * server and its open ports, and nobody else until `setGrant` says so.
   */
  scopedPrefix?: string
  /** At least 16 bytes, the same after a restart and on every worker; random unless said. */
  nonceKey?: Uint8Array | string
  /** Differences from `DEFAULT_LIMITS`, or `off` for benchmarks. */
  limits?: Partial<TurnLimits> | 'off'
  clock?: Clock
  logger?: Logger
  /** Accepts channel numbers up to 0x7FFE, for clients older than RFC 8656. */
  legacyChannels?: boolean
  /** The packet path; the batched one unless said. */
  datagrams?: DatagramNetwork
  /**
   * Relays in so many worker threads, so that neither what is relayed nor what else this thread
   * does waits for the other; 0 unless said. Users are then known by data, and there is no clock and
   * no packet path but the usual ones.
   */
  workers?: number
  /** A worker that is there already: the first one runs in it. It is ended where there is none. */
  spare?: SpareWorker | undefined
  /** What workers may log. */
  logLevel?: LogLevel
}

/** A port that is really open. */
export interface BoundListener {
  transport: ClientTransport
  host: string
  port: number
}

/** Live figures, without anything that names a user. */
export interface TurnStats {
  allocations: { open: number; made: number; reserved: number }
  connections: number
  /** Open relay sockets. */
  relays: number
  /** Relayed data by the transport of the client. */
  traffic: Readonly<Record<ClientTransport, TransportTraffic>>
  /** Requests answered with an error, by reason. */
  refusals: Record<string, number>
  /** Packets and connections dropped without an answer, by reason. */
  drops: Record<string, number>
}

export interface TurnServer {
  readonly listeners: readonly BoundListener[]
  stats(): Promise<TurnStats>
  /**
   * New TLS connections get this certificate; those that are open stay. Rejects with a `DuetError`
   * when it cannot be used; the one before stays then.
   */
  setTls(certificate: TlsCertificate): Promise<void>
  /**
   * New allocations are relayed from `bind` and seen at `external`, the first pair of each family.
   * Of what else is at any of these addresses, nothing is a peer. Those that are open stay as they
   * are. Throws `TypeError` for what is not an IP address; nothing changes then.
   */
  setExternal(addresses: readonly { bind: string; external: string }[]): void
  /**
   * From now on allocations of this user id (of a REST credential: what follows the expiry) reach
   * only these peers, and relayed addresses and open ports of this server. A user id that was
   * neither granted anything nor begins with `scopedPrefix` reaches all that the policy allows.
   */
  setGrant(userId: string, grant: Grant): void
  /** Ends all allocations of a user id; it gets none until then (milliseconds since the epoch). */
  revoke(userId: string, until: number): void
  /**
   * Serves a connection that somebody else opened, as those of its own listeners. Undefined: there is
   * no room for it.
   */
  accept(socket: StreamSocket, origin: StreamOrigin): GuestStream | undefined
  /** Ends all allocations, connections, sockets, timers and workers. Idempotent. */
  close(): Promise<void>
}

/** IANA's range for ephemeral ports. */
const DEFAULT_PORTS = { minPort: 49_152, maxPort: 65_535 }
const MIN_NONCE_KEY_LENGTH = 16
/** Several addresses need the same free port: so many are tried. */
const ANY_PORT_ATTEMPTS = 10

/**
 * Starts a STUN/TURN server. Throws `TypeError` for options that make no sense, and rejects
 * with a `DuetError` whose code is a `BindErrorCode` when a port cannot be opened; nothing
 * stays open then.
 */
export async function createTurnServer(options: TurnServerOptions): Promise<TurnServer> {
  const { workers = 0, spare } = options
  if (workers === 0) {
    spare?.close()
    return openTurnServer(options)
  }
  // It is loaded where it is needed.
  const { startTurnThreads } = await import('./threads/turn-threads.ts')
  return startTurnThreads(options)
}

/** Starts a server in this thread; `part` is what it shares with others. */
export async function openTurnServer(
  options: TurnServerOptions,
  part?: ThreadPart,
): Promise<TurnServer> {
  const { realm = 'duet', clock = systemClock, logger = silentLogger } = options
  const { datagrams: network = batchedDatagrams } = options
  if (realm === '') throw new TypeError('the realm must not be empty')
  const nonceKey = options.nonceKey ?? crypto.getRandomValues(new Uint8Array(32))
  if (nonceKey.length < MIN_NONCE_KEY_LENGTH) throw new TypeError('the nonce key is too short')
  const limits = options.limits === 'off' ? NO_LIMITS : { ...DEFAULT_LIMITS, ...options.limits }

  const addresses = relayAddresses(options.relay)
  const ports = relayPorts(options.relay)
  const register = part && {
    add: (local: TransportAddress, fd: number) => part.table.add(part.thread, local, fd),
    remove: (local: TransportAddress) => part.table.remove(part.thread, local),
  }
  const relays = new RelayPool({ network, addresses, ...ports, logger, register })
  const policyFor = (relayed: readonly RelayAddress[]): PeerPolicy =>
    new PeerPolicy({
      allow: options.peers?.allow ?? [],
      // Relays that are open stay where they were given out.
      relayed: [...relayed.flatMap(({ bind, external }) => [bind, external]), ...relays.ips],
      own: interfaceAddresses(),
    })
  const router = new PeerRouter({
    policy: policyFor(addresses),
    relays,
    ownPorts: new Set(options.peers?.ownPorts),
    neighbours: part?.neighbours,
  })
  const core = new TurnCore({
    realm,
    authenticate: authenticatorOf(options, clock),
    ...(options.scopedPrefix === undefined ? {} : { scopedPrefix: options.scopedPrefix }),
    nonceKey,
    relays,
    quota: part?.quota,
    findCells: part?.findCells,
    answerCounts: part?.answerCounts,
    fetchReservation: part && ((token, userId) => part.fetchReservation(token, userId)),
    catchUp: part && ((callback) => part.catchUp(callback)),
    router,
    limits,
    lastChannel: options.legacyChannels ? LAST_LEGACY_CHANNEL : LAST_CHANNEL,
    clock,
    logger,
  })
  part?.attach(core.services)
  const udp: UdpListener[] = []
  const streams: StreamListener[] = []
  const guests = new GuestStreams(core)

  const close = (): void => {
    core.close()
    for (const each of [...udp, ...streams, guests]) each.close()
  }
  const openUdp = async ({ host, port }: ListenOptions): Promise<void> => {
    udp.push(...(await openUdpListeners(core, network, { ip: requireIp(host), port, part })))
  }
  const openStream = ({ host, port }: ListenOptions, tls?: TlsCertificate): void => {
    streams.push(new StreamListener({ core, ip: requireIp(host), port, ...(tls ? { tls } : {}) }))
  }
  try {
    for (const each of options.udp ?? []) await openUdp(each)
    for (const each of options.tcp ?? []) openStream(each)
    for (const each of options.tls ?? []) {
      if (!options.certificate) throw new TypeError('TLS needs a certificate')
      openStream(each, options.certificate)
    }
  } catch (error) {
    close()
    throw error
  }

  part?.sockets.push(...udp.flatMap(({ socket }) => socket ?? []))
  return {
    listeners: [
      ...udp.map(({ local }) => bound('udp', ipOf(local), portOf(local))),
      ...streams.map((listener) => bound(listener.transport, listener.ip, listener.port)),
    ],
    stats: () => Promise.resolve(statsOf(core, [...streams, guests])),
    async setTls(certificate) {
      for (const listener of streams) if (listener.transport === 'tls') listener.setTls(certificate)
    },
    setExternal(changed) {
      const next = relayAddresses({ addresses: changed })
      relays.setAddresses(next)
      router.setPolicy(policyFor(next))
    },
    setGrant: (userId, grant) => core.services.grants.set(userId, grant),
    revoke: (userId, until) => core.services.grants.revoke(userId, until),
    accept: (socket, origin) => guests.accept(socket, origin),
    close() {
      close()
      return Promise.resolve()
    },
  }
}

/**
 * A socket for each address that `ip` stands for, all on the same port. Of several addresses,
 * those that are only just coming up are left out.
 */
async function openUdpListeners(
  core: TurnCore,
  network: DatagramNetwork,
  { ip, port, part }: { ip: IpAddress; port: number; part: ThreadPart | undefined },
): Promise<UdpListener[]> {
  const ips = bindAddresses(ip)
  for (let attempt = 1; ; attempt += 1) {
    const opened: UdpListener[] = []
    try {
      for (const [index, each] of ips.entries()) {
        const shared = opened[0] ? portOf(opened[0].local) : port
        const isLastHope = opened.length === 0 && index === ips.length - 1
        const fd = part?.inherited.find(
          (socket) => socket.host === formatIp(each) && socket.port === shared,
        )?.fd
        const where = { ip: each, port: shared, sharing: part?.sharing, fd }
        const opening = UdpListener.open(core, network, where)
        const listener = await (isLastHope ? opening : unlessUnavailable(opening))
        if (listener) opened.push(listener)
      }
      return opened
    } catch (error) {
      for (const listener of opened) listener.close()
      if (port !== 0 || attempt === ANY_PORT_ATTEMPTS) throw error
    }
  }
}

async function unlessUnavailable(opening: Promise<UdpListener>): Promise<UdpListener | undefined> {
  try {
    return await opening
  } catch (error) {
    if (error instanceof DuetError && error.code === 'address-unavailable') return undefined
    throw error
  }
}

function statsOf(core: TurnCore, streams: readonly { size: number }[]): TurnStats {
  const { allocations, reservations, relays, counters } = core.services
  return {
    allocations: {
      open: allocations.size,
      made: counters.allocationsMade,
      reserved: reservations.size,
    },
    connections: streams.reduce((sum, { size }) => sum + size, 0),
    relays: relays.size,
    traffic: structuredClone(counters.traffic),
    refusals: counters.refusals,
    drops: counters.drops,
  }
}

/** Throws `TypeError` when nobody could allocate, or a fixed login would be taken for one of a call. */
function authenticatorOf(
  { authenticate, users, secrets, scopedPrefix }: TurnServerOptions,
  clock: Clock,
): Authenticator {
  const isScoped = (name: string) => scopedPrefix !== undefined && name.startsWith(scopedPrefix)
  if ([...(users?.keys() ?? [])].some(isScoped)) {
    throw new TypeError(`the name of a fixed login begins with ${scopedPrefix}`)
  }
  const all = [
    ...(authenticate ? [authenticate] : []),
    // A fixed name of digits alone looks like a credential that expires: it goes first.
    ...(users ? [usersAuthenticator(users, { areShared: true })] : []),
    ...(secrets ? [restAuthenticator({ secrets, now: () => clock.now() })] : []),
  ]
  if (all.length === 0) throw new TypeError('nobody could allocate')
  return firstOf(...all)
}

function relayAddresses(relay: RelayOptions | undefined): RelayAddress[] {
  if (!relay?.addresses) return defaultRelayAddresses().map((ip) => ({ bind: ip, external: ip }))
  return relay.addresses.map(({ bind: bindText, external }) => {
    const bind = requireIp(bindText)
    return { bind, external: external === undefined ? bind : requireIp(external) }
  })
}

function relayPorts(relay: RelayOptions | undefined): { minPort: number; maxPort: number } {
  const { minPort, maxPort } = { ...DEFAULT_PORTS, ...relay }
  if (!(minPort >= 1 && minPort <= maxPort && maxPort <= 65_535)) {
    throw new TypeError(`${minPort}-${maxPort} is not a range of ports`)
  }
  return { minPort, maxPort }
}

function requireIp(text: string): IpAddress {
  const ip = parseIp(text)
  if (ip === undefined) throw new TypeError(`"${text}" is not an IP address`)
  return ip
}

function bound(transport: ClientTransport, ip: IpAddress, port: number): BoundListener {
  return { transport, host: formatIp(ip), port }
}
