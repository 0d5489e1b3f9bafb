import { formatIp, ipOf, isChannelDataByte, portOf, type TransportAddress } from '@duet/stun'
import type { Allocation } from './allocation.ts'
import type { Client } from './client.ts'
import {
  destinationOf,
  type BindOptions,
  type DatagramNetwork,
  type DatagramPort,
  type Destination,
  type Packet,
} from '@duet/datagrams'
import type { SharedSocket } from './threads/thread-part.ts'
import type { TurnCore } from './turn-core.ts'

/** Serves clients on one UDP socket. Only clients with an allocation leave a trace. */
export class UdpListener {
  readonly #core: TurnCore
  readonly #clients = new Map<TransportAddress, UdpClient>()
  #port: DatagramPort | undefined

  private constructor(core: TurnCore) {
    this.#core = core
  }

  /** Binds a socket to one address. Rejects with a `DuetError` (`BindErrorCode`). */
  static async open(
    core: TurnCore,
    network: DatagramNetwork,
    where: Pick<BindOptions, 'ip' | 'port' | 'sharing' | 'fd'>,
  ): Promise<UdpListener> {
    const listener = new UdpListener(core)
    listener.#port = await network.bind({
      ...where,
      onPacket: (packet, from) => listener.#handlePacket(packet, from),
    })
    return listener
  }

  get local(): TransportAddress {
    return this.port.local
  }

  get port(): DatagramPort {
    if (!this.#port) throw new TypeError('the listener is not open')
    return this.#port
  }

  /** What another thread may take over. */
  get socket(): SharedSocket | undefined {
    const { local, fd } = this.port
    return fd === undefined ? undefined : { host: formatIp(ipOf(local)), port: portOf(local), fd }
  }

  /** Clients with an allocation. */
  get clients(): Map<TransportAddress, UdpClient> {
    return this.#clients
  }

  /** Idempotent. Allocations are the core's to end. */
  close(): void {
    this.#port?.close()
  }

  #handlePacket(packet: Packet, from: TransportAddress): void {
    const client = this.#clients.get(from)
    const { counters, lastChannel } = this.#core.services
    const first = packet.length > 0 ? packet.bytes[packet.start]! : 0
    if (isChannelDataByte(first, lastChannel)) {
      if (client) client.allocation?.handleChannelData(packet)
      else counters.drop('no-allocation')
    } else if (!client?.allocation?.handleSendPacket(packet)) {
      this.#core.handleStun(client ?? new UdpClient(this, from), packet.view())
    }
  }
}

class UdpClient implements Client {
  readonly transport = 'udp'
  readonly address: TransportAddress
  readonly #listener: UdpListener
  readonly #destination: Destination
  #allocation: Allocation | undefined

  constructor(listener: UdpListener, address: TransportAddress) {
    this.#listener = listener
    this.address = address
    this.#destination = destinationOf(address)
  }

  get allocation(): Allocation | undefined {
    return this.#allocation
  }

  setAllocation(allocation: Allocation | undefined): void {
    this.#allocation = allocation
    if (allocation) this.#listener.clients.set(this.address, this)
    else this.#listener.clients.delete(this.address)
  }

  send(message: Uint8Array): void {
    this.#listener.port.send(message, this.#destination)
  }

  sendPacket(packet: Packet): boolean {
    return this.#listener.port.sendPacket(packet, this.#destination)
  }
}
