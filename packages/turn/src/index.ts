export {
  firstOf,
  usersAuthenticator,
  type AuthenticationRefusal,
  type Authenticator,
  type KnownUser,
} from './authenticator.ts'
export type { ClientTransport } from './client.ts'
export type { Traffic, TransportTraffic } from './counters.ts'
export type { Grant } from './grants.ts'
export type { GuestStream, StreamOrigin } from './guest-streams.ts'
export { DEFAULT_LIMITS, NO_LIMITS, type TurnLimits } from './limits.ts'
export {
  createRestCredentials,
  restAuthenticator,
  type RestAuthenticatorOptions,
  type RestCredentialsOptions,
  type TurnCredentials,
} from './rest-credentials.ts'
export type { StreamSocket } from './stream-client.ts'
export {
  createNatDiscovery,
  type DiscoveryAddress,
  type NatDiscovery,
  type NatDiscoveryOptions,
} from './nat-discovery.ts'
export type { TlsCertificate } from './stream-listener.ts'
export { TurnClient } from './testing/turn-client.ts'
export { SpareWorker } from './threads/spare-worker.ts'
export {
  createTurnServer,
  type BoundListener,
  type ListenOptions,
  type PeerOptions,
  type RelayOptions,
  type TurnServer,
  type TurnServerOptions,
  type TurnStats,
} from './turn-server.ts'
