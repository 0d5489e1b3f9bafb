import { familyOf, ipOf, type IpFamily, type TransportAddress } from '@duet/stun'
import type { DatagramPort, Destination, IcmpErrorHandler, Packet } from '@duet/datagrams'

/** Takes a datagram that a peer sent to a relayed address; `packet` is not to be kept. */
export type PeerReceiver = (packet: Packet, from: TransportAddress) => void

export interface RelayOptions {
  port: DatagramPort
  /** The address that peers see: the bound one, or its external one behind a NAT. */
  relayed: TransportAddress
  onClosed: () => void
}

/** The socket of an allocation towards its peers. */
export class Relay {
  readonly family: IpFamily
  readonly relayed: TransportAddress
  readonly local: TransportAddress
  /** Set by the allocation that owns the relay; a reserved port receives nothing. */
  onPeerPacket: PeerReceiver = () => {}
  /** Set like it. */
  onIcmpError: IcmpErrorHandler = () => {}
  readonly #port: DatagramPort
  readonly #onClosed: () => void
  #isClosed = false

  constructor(options: RelayOptions) {
    this.#port = options.port
    this.#onClosed = options.onClosed
    this.relayed = options.relayed
    this.local = options.port.local
    this.family = familyOf(ipOf(options.relayed))
  }

  /** Sends to a peer through the socket; returns whether it went out. */
  send(packet: Packet, destination: Destination): boolean {
    return this.#port.sendPacket(packet, destination)
  }

  /** Idempotent. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.onPeerPacket = () => {}
    this.onIcmpError = () => {}
    this.#port.close()
    this.#onClosed()
  }
}
