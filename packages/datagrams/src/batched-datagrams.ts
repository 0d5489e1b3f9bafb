import type { TransportAddress } from '@duet/stun'
import { bunDatagrams } from './bun-datagrams.ts'
import {
  packetHandlerOf,
  type DatagramNetwork,
  type DatagramPort,
  type PacketHandler,
} from './datagrams.ts'
import type { Destination } from './destination.ts'
import { loadLibC, type LibC } from './libc.ts'
import type { Packet } from './packet.ts'
import { PacketLoop, type LoopSocket } from './packet-loop.ts'
import { Departures, MOST_COPIED_BYTES } from './send-queue.ts'
import { openUdpSocket, type UdpSocket } from './udp-socket.ts'

/**
 * The packet path for many datagrams: few system calls, on memory that is laid out once, on sockets
 * of which Bun knows nothing. Where that can't be, it is the portable path.
 */
export const batchedDatagrams: DatagramNetwork = {
  async bind(options) {
    const libc = loadLibC()
    const loop = libc && (await takeLoop(libc))
    if (!libc || !loop) return bunDatagrams.bind(options)
    try {
      const socket = await openUdpSocket(libc, options)
      return new BatchedPort(socket, { loop, handle: packetHandlerOf(options) })
    } catch (error) {
      releaseLoop(loop)
      throw error
    }
  },
}

/** The loop of this thread, as long as it has sockets, and how many it has or will have. */
let threadLoop: Promise<PacketLoop | undefined> | undefined
let users = 0

async function takeLoop(libc: LibC): Promise<PacketLoop | undefined> {
  users += 1
  threadLoop ??= PacketLoop.open(libc)
  const loop = await threadLoop
  if (!loop) users -= 1
  return loop
}

function releaseLoop(loop: PacketLoop): void {
  users -= 1
  if (users > 0) return
  threadLoop = undefined
  loop.close()
}

class BatchedPort implements DatagramPort, LoopSocket {
  readonly local: TransportAddress
  readonly fd: number
  readonly handle: PacketHandler
  readonly #loop: PacketLoop
  readonly #departures: Departures
  #isClosed = false

  constructor(socket: UdpSocket, { loop, handle }: { loop: PacketLoop; handle: PacketHandler }) {
    this.local = socket.local
    this.fd = socket.fd
    this.handle = handle
    this.#loop = loop
    this.#departures = new Departures(socket.fd)
    loop.add(this, socket.receiveBytes)
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  send(payload: Uint8Array, destination: Destination): boolean {
    if (this.#isClosed) return false
    const { departures } = this.#loop
    if (payload.length > MOST_COPIED_BYTES) {
      return departures.sendNow(this.#departures, payload, destination)
    }
    departures.addCopy(this.#departures, payload, destination)
    this.#loop.use()
    return true
  }

  sendPacket(packet: Packet, destination: Destination): boolean {
    const { arena, departures } = this.#loop
    if (packet.bytes !== arena.bytes) return this.send(packet.view(), destination)
    if (this.#isClosed) return false
    departures.add(this.#departures, packet, destination)
    return true
  }

  close(): void {
    if (this.#isClosed) return
    this.#loop.remove(this)
    this.#isClosed = true
    releaseLoop(this.#loop)
  }
}
