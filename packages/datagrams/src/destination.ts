import { formatIp, ipOf, portOf, type IpAddress, type TransportAddress } from '@duet/stun'
import { socketName } from './socket-name.ts'

/** The last datagram that waits for a way: at which socket, and until when it waits. */
export interface QueuedPlace {
  socket: unknown
  entry: number
  /** The queue was emptied so often before. */
  flush: number
}

/** Where datagrams go, prepared once and used for each of them. */
export class Destination {
  readonly address: TransportAddress
  readonly ip: IpAddress
  readonly port: number
  /** Where a queue of datagrams has the last one that goes there. */
  readonly queued: QueuedPlace = { socket: undefined, entry: 0, flush: 0 }
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
}

/** Prepares `address` for sending to it. */
export function destinationOf(address: TransportAddress): Destination {
  return new Destination(address)
}
