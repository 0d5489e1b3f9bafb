import { isChannelDataByte, type IpAddress, type TransportAddress } from '@duet/stun'
import type { Allocation } from './allocation.ts'
import type { Client } from './client.ts'
import {
  destinationOf,
  type DatagramNetwork,
  type DatagramPort,
  type Destination,
  type Packet,
} from '@duet/datagrams'
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
    { ip, port }: { ip: IpAddress; port: number },
  ): Promise<UdpListener> {
    const listener = new UdpListener(core)
    listener.#port = await network.bind({
      ip,
      port,
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
