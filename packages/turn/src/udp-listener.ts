import {
  CHANNEL_HEADER_BYTES,
  isChannelDataByte,
  writeChannelData,
  type IpAddress,
  type TransportAddress,
} from '@duet/stun'
import type { Allocation } from './allocation.ts'
import type { Client } from './client.ts'
import {
  destinationOf,
  type DatagramNetwork,
  type DatagramPort,
  type Destination,
} from '@duet/datagrams'
import type { TurnCore } from './turn-core.ts'

/** A ChannelData message is put together here; sending copies it. */
const scratch = new Uint8Array(CHANNEL_HEADER_BYTES + 65_535)

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
      onDatagram: (payload, from) => listener.#handleDatagram(payload, from),
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

  #handleDatagram(payload: Uint8Array, from: TransportAddress): void {
    const client = this.#clients.get(from)
    const { counters, lastChannel } = this.#core.services
    if (!isChannelDataByte(payload[0] ?? 0, lastChannel)) {
      this.#core.handleStun(client ?? new UdpClient(this, from), payload)
    } else if (client) client.allocation?.handleChannelData(payload)
    else counters.drop('no-allocation')
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

  sendData(message: Uint8Array): boolean {
    return this.#listener.port.send(message, this.#destination)
  }

  sendChannelData(number: number, payload: Uint8Array): boolean {
    const length = writeChannelData(scratch, number, payload)
    return this.#listener.port.send(scratch.subarray(0, length), this.#destination)
  }
}
