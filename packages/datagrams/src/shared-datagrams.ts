import { DuetError } from '@duet/base'
import { formatAddress, joinAddress, type TransportAddress } from '@duet/stun'
import {
  packetHandlerOf,
  type BindOptions,
  type DatagramNetwork,
  type DatagramPort,
  type PacketHandler,
} from './datagrams.ts'
import type { Packet } from './packet.ts'

export interface SharedDatagramsOptions {
  network: DatagramNetwork
  /** The port that both bind; all other ports are their own. */
  port: number
  /** Whether a datagram on the shared port is for the second one; all others are for the first. */
  isForSecond: (packet: Packet) => boolean
}

type Side = 'first' | 'second'

interface SharedSocket {
  port: DatagramPort
  handlers: Map<Side, PacketHandler>
}

/**
 * Two networks for two servers that are to have the same UDP port at the same addresses: whoever
 * binds it there first opens the socket, and who leaves it last closes it.
 */
export function shareDatagrams(options: SharedDatagramsOptions): Record<Side, DatagramNetwork> {
  const shared = new SharedSockets(options)
  return {
    first: { bind: (each) => shared.bind('first', each) },
    second: { bind: (each) => shared.bind('second', each) },
  }
}

class SharedSockets {
  readonly #options: SharedDatagramsOptions
  /** By local address, from the moment on at which one is being opened. */
  readonly #sockets = new Map<TransportAddress, Promise<SharedSocket>>()

  constructor(options: SharedDatagramsOptions) {
    this.#options = options
  }

  async bind(side: Side, options: BindOptions): Promise<DatagramPort> {
    const { network, port } = this.#options
    if (options.port !== port) return network.bind(options)
    const local = joinAddress(options.ip, port)
    const opening = this.#sockets.get(local) ?? this.#open(local, options)
    const socket = await opening
    if (socket.handlers.has(side)) {
      throw new DuetError('port-in-use', `UDP ${formatAddress(local)} is already in use`)
    }
    const handler = packetHandlerOf(options)
    socket.handlers.set(side, handler)
    const isOpen = (): boolean => socket.handlers.get(side) === handler
    return {
      local,
      send: (payload, to) => isOpen() && socket.port.send(payload, to),
      sendPacket: (packet, to) => isOpen() && socket.port.sendPacket(packet, to),
      close: () => {
        if (!isOpen()) return
        socket.handlers.delete(side)
        if (socket.handlers.size > 0) return
        socket.port.close()
        this.#sockets.delete(local)
      },
    }
  }

  #open(local: TransportAddress, { ip, port }: BindOptions): Promise<SharedSocket> {
    const { network, isForSecond } = this.#options
    const handlers = new Map<Side, PacketHandler>()
    const onPacket: PacketHandler = (packet, from) =>
      handlers.get(isForSecond(packet) ? 'second' : 'first')?.(packet, from)
    const opening = network
      .bind({ ip, port, onPacket })
      .then((bound) => ({ port: bound, handlers }))
    this.#sockets.set(local, opening)
    opening.catch(() => this.#sockets.delete(local))
    return opening
  }
}
