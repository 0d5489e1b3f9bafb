/** Every bound of the server, in one place. `Infinity` takes a bound away. */
export interface TurnLimits {
  /** Allocations and reserved ports of one user id at once. */
  allocationsPerUser: number
  /** Allocations and reserved ports of one IPv4 address or IPv6 /64 at once. */
  allocationsPerAddress: number
  /** Allocations and reserved ports of everybody at once. */
  allocations: number
  /** Peer addresses that one allocation may have permissions for at once. */
  permissionsPerAllocation: number
  /** Channels that one allocation may have bound at once. */
  channelsPerAllocation: number
  /** XOR-PEER-ADDRESS attributes in one CreatePermission. */
  peersPerRequest: number
  /** Relayed bytes per second of one allocation, both directions together. */
  bandwidthPerAllocation: number
  /** Relayed bytes per second of one user id. */
  bandwidthPerUser: number
  /** Relayed bytes per second of one IPv4 address or IPv6 /64. */
  bandwidthPerAddress: number
  /** Relayed bytes per second of everybody. */
  bandwidth: number
  /** ICMP errors per second that the client of one allocation is told of. */
  icmpErrorsPerSecond: number
  /** Grants that are remembered at once, and as many revocations. */
  grants: number
  /** Peers in one grant. */
  peersPerGrant: number
  /** TCP and TLS connections of everybody at once. */
  connections: number
  /** TCP and TLS connections of one IPv4 address or IPv6 /64 at once. */
  connectionsPerAddress: number
  /** A connection that made no allocation so far is closed after this many milliseconds. */
  unauthenticatedMs: number
  /** A connection whose allocation ended is closed after this many milliseconds. */
  idleMs: number
  /** Answers per second to one IPv4 address or IPv6 /64 that has not authenticated itself. */
  unauthenticatedAnswersPerSecond: number
  /** The longest STUN message or ChannelData on a stream, which is also the stream buffer. */
  streamFrameBytes: number
  /** The same while a connection has no allocation: requests are short. */
  unauthenticatedFrameBytes: number
  /** Relayed data for a TCP or TLS client is dropped while more than this waits to be written. */
  writeBacklogBytes: number
}

/**
 * A browser makes an allocation per interface and per server address, and again at every
 * ICE restart; an office shares one address. A call at its best takes 5 Mbit/s each way, a shared
 * screen in motion three times that.
 */
export const DEFAULT_LIMITS: TurnLimits = {
  allocationsPerUser: 40,
  allocationsPerAddress: 400,
  allocations: 10_000,
  permissionsPerAllocation: 64,
  channelsPerAllocation: 64,
  peersPerRequest: 20,
  bandwidthPerAllocation: 10_000_000,
  bandwidthPerUser: 10_000_000,
  bandwidthPerAddress: 50_000_000,
  bandwidth: Infinity,
  icmpErrorsPerSecond: 50,
  grants: 100_000,
  peersPerGrant: 256,
  connections: 10_000,
  connectionsPerAddress: 400,
  unauthenticatedMs: 10_000,
  idleMs: 30_000,
  unauthenticatedAnswersPerSecond: 50,
  streamFrameBytes: 65_556,
  unauthenticatedFrameBytes: 4096,
  writeBacklogBytes: 262_144,
}

/** For benchmarks: only what bounds the memory of one connection stays. */
export const NO_LIMITS: TurnLimits = {
  ...DEFAULT_LIMITS,
  allocationsPerUser: Infinity,
  allocationsPerAddress: Infinity,
  allocations: Infinity,
  permissionsPerAllocation: Infinity,
  channelsPerAllocation: Infinity,
  peersPerRequest: Infinity,
  bandwidthPerAllocation: Infinity,
  bandwidthPerUser: Infinity,
  bandwidthPerAddress: Infinity,
  icmpErrorsPerSecond: Infinity,
  connections: Infinity,
  connectionsPerAddress: Infinity,
  unauthenticatedAnswersPerSecond: Infinity,
}
