import { formatIp, ipOf, portOf, type IpAddress, type TransportAddress } from '@duet/stun'
import { socketName } from './socket-name.ts'

/** Where datagrams go, prepared once and used for each of them. */
export class Destination {
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
}

/** Prepares `address` for sending to it. */
export function destinationOf(address: TransportAddress): Destination {
  return new Destination(address)
}
