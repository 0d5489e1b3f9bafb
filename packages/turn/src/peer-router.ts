import { ipOf, portOf, type IpAddress, type TransportAddress } from '@duet/stun'
import type { Destination, Packet } from '@duet/datagrams'
import type { PeerPolicy } from './peer-policy.ts'
import type { RelayPool } from './relay-pool.ts'
import type { Relay } from './relay.ts'

export interface PeerRouterOptions {
  policy: PeerPolicy
  relays: RelayPool
  /** Ports at the relays' addresses that relayed callers may reach: media ports. */
  ownPorts: ReadonlySet<number>
  /** Relays of other threads. */
  neighbours?: Neighbours | undefined
}

/** Relays of this server that are not in this thread. */
export interface Neighbours {
  /** Whether one is at the port of this address, which is one of this server's. */
  owns(address: TransportAddress): boolean
  /** Hands it a packet; returns whether there was room. */
  send(packet: Packet, from: TransportAddress, to: TransportAddress): boolean
}

/**
 * Decides whether a peer may be reached, and how. Relayed addresses of this server are joined
 * here inside: their packets cross no socket, whatever address or NAT lies outside.
 */
export class PeerRouter {
  readonly #options: PeerRouterOptions
  #policy: PeerPolicy

  constructor(options: PeerRouterOptions) {
    this.#options = options
    this.#policy = options.policy
  }

  /** Judges all that is sent from now on, by permissions that were given before as well. */
  setPolicy(policy: PeerPolicy): void {
    this.#policy = policy
  }

  /** Whether a permission for this IP address may be given. Its ports are checked later. */
  isPermitted(ip: IpAddress): boolean {
    return this.#policy.verdictOf(ip) !== 'denied'
  }

  /** Whether relays of this server are at an address. */
  isOwn(ip: IpAddress): boolean {
    const verdict = this.#policy.verdictOf(ip)
    return verdict === 'relayed' || verdict === 'relayed-allowed'
  }

  /** Whether a relay of this server is at an address, in whichever thread. */
  isRelay(address: TransportAddress): boolean {
    const { relays, neighbours } = this.#options
    if (relays.find(address) !== undefined) return true
    return neighbours !== undefined && this.isOwn(ipOf(address)) && neighbours.owns(address)
  }

  /** Whether a channel to this address may be bound; isOwnOnly: to what is this server's. */
  isReachable(address: TransportAddress, isOwnOnly = false): boolean {
    const verdict = this.#policy.verdictOf(ipOf(address))
    if (verdict === 'denied') return false
    if (verdict !== 'relayed' && !isOwnOnly) return true
    return this.isRelay(address) || this.#options.ownPorts.has(portOf(address))
  }

  /** Hands a packet of `relay` to a peer; returns whether it went out. */
  send(relay: Relay, packet: Packet, destination: Destination): boolean {
    const { relays, neighbours, ownPorts } = this.#options
    const verdict = this.#policy.verdictOf(destination.ip)
    if (verdict === 'outside') return relay.send(packet, destination)
    if (verdict === 'denied') return false
    const target = relays.find(destination.address)
    if (target) {
      target.onPeerPacket(packet, relay.relayed)
      return true
    }
    if (neighbours?.owns(destination.address)) {
      return neighbours.send(packet, relay.relayed, destination.address)
    }
    const isOpen = verdict === 'relayed-allowed' || ownPorts.has(destination.port)
    return isOpen && relay.send(packet, destination)
  }
}
