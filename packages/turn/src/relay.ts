import { familyOf, ipOf, type IpFamily, type TransportAddress } from '@duet/stun'
import type { DatagramPort, Destination } from '@duet/datagrams'

/** Takes a datagram that a peer sent to a relayed address; `payload` is not to be kept. */
export type PeerReceiver = (payload: Uint8Array, from: TransportAddress) => void

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
  onPeerData: PeerReceiver = () => {}
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
  send(payload: Uint8Array, destination: Destination): boolean {
    return this.#port.send(payload, destination)
  }

  /** Idempotent. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.onPeerData = () => {}
    this.#port.close()
    this.#onClosed()
  }
}
