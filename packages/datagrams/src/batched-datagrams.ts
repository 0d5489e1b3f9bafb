import type { TransportAddress } from '@duet/stun'
import { bunDatagrams } from './bun-datagrams.ts'
import {
  packetHandlerOf,
  type BindOptions,
  type DatagramNetwork,
  type DatagramPort,
  type PacketHandler,
} from './datagrams.ts'
import type { Destination } from './destination.ts'
import { keepIcmpErrors } from './error-queue.ts'
import type { IcmpErrorHandler } from './icmp-error.ts'
import type { Packet } from './packet.ts'
import type { LoopSocket } from './packet-loop.ts'
import { Departures, MOST_COPIED_BYTES } from './send-queue.ts'
import { releaseLoop, takeLoop, type TakenLoop } from './thread-loop.ts'
import { openUdpSocket, type UdpSocket } from './udp-socket.ts'

/**
 * The packet path for many datagrams: few system calls, on memory that is laid out once, on sockets
 * of which Bun knows nothing. Where that can't be, it is the portable path.
 */
export const batchedDatagrams: DatagramNetwork = {
  async bind(options) {
    const taken = await takeLoop()
    if (!taken) return bunDatagrams.bind(options)
    try {
      const socket = await openUdpSocket(taken.libc, options)
      return new BatchedPort(socket, taken, options)
    } catch (error) {
      releaseLoop(taken)
      throw error
    }
  },
}

class BatchedPort implements DatagramPort, LoopSocket {
  readonly local: TransportAddress
  readonly fd: number
  readonly handle: PacketHandler
  readonly onIcmpError: IcmpErrorHandler | undefined
  readonly #taken: TakenLoop
  readonly #departures: Departures
  #isClosed = false

  constructor(socket: UdpSocket, taken: TakenLoop, options: BindOptions) {
    this.local = socket.local
    this.fd = socket.fd
    this.handle = packetHandlerOf(options)
    this.onIcmpError = options.onIcmpError
    this.#taken = taken
    this.#departures = new Departures(socket.fd, this.onIcmpError !== undefined)
    if (this.onIcmpError) keepIcmpErrors(taken.libc, socket.fd, socket.local)
    taken.loop.add(this)
    taken.loop.limitWaiting(socket.receiveBytes)
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  send(payload: Uint8Array, destination: Destination): boolean {
    if (this.#isClosed) return false
    const { loop } = this.#taken
    if (payload.length > MOST_COPIED_BYTES) {
      return loop.departures.sendNow(this.#departures, payload, destination)
    }
    loop.departures.addCopy(this.#departures, payload, 0, payload.length, destination)
    loop.use()
    return true
  }

  sendPacket(packet: Packet, destination: Destination): boolean {
    if (this.#isClosed) return false
    const { loop } = this.#taken
    const { bytes, start, end } = packet
    if (bytes === loop.arena.bytes) {
      loop.departures.add(this.#departures, packet, destination)
      return true
    }
    if (end - start > MOST_COPIED_BYTES) return this.send(packet.view(), destination)
    loop.departures.addCopy(this.#departures, bytes, start, end, destination)
    loop.use()
    return true
  }

  drain(events: number): number {
    return this.#taken.loop.receive(this, events)
  }

  close(): void {
    if (this.#isClosed) return
    this.#taken.loop.remove(this)
    this.#isClosed = true
    releaseLoop(this.#taken)
  }
}
