import { formatIp, ipOf, portOf, type IpAddress, type TransportAddress } from '@duet/stun'
import { addressOfMemory } from './message-headers.ts'
import { socketName } from './socket-name.ts'

/** Where datagrams go, prepared once and used for each of them. */
export class Destination {
  // What each datagram needs comes first, side by side.
  /** The last datagram that waits to go there: at which socket, and as which entry of its queue. */
  queuedAt: unknown
  queuedEntry = 0
  /** The queue was emptied so often before. */
  queuedFlush = 0
  #namePlace = 0
  #nameBytes = 0
  readonly address: TransportAddress
  readonly ip: IpAddress
  readonly port: number
  #host: string | undefined
  #name: Uint32Array | undefined

  constructor(address: TransportAddress) {
    this.address = address
    this.ip = ipOf(address)
    this.port = portOf(address)
  }

  /** The IP address as text. */
  get host(): string {
    return (this.#host ??= formatIp(this.ip))
  }

  /** The address as the system wants it. */
  get name(): Uint32Array {
    return (this.#name ??= socketName(this.address))
  }

  /** Where `name` is in memory, as long as this object is. */
  get namePlace(): number {
    if (this.#namePlace === 0) this.#namePlace = addressOfMemory(this.name)
    return this.#namePlace
  }

  /** Bytes of `name`. */
  get nameBytes(): number {
    if (this.#nameBytes === 0) this.#nameBytes = this.name.byteLength
    return this.#nameBytes
  }
}

/** Prepares `address` for sending to it. */
export function destinationOf(address: TransportAddress): Destination {
  return new Destination(address)
}
