import { formatIp, joinAddress, parseIp, type IpAddress, type TransportAddress } from '@duet/stun'
import { bindError } from './bind-error.ts'
import {
  datagramHandlerOf,
  type BindOptions,
  type DatagramNetwork,
  type DatagramPort,
} from './datagrams.ts'
import type { Destination } from './destination.ts'
import type { Packet } from './packet.ts'

/** The portable packet path, on `Bun.udpSocket`. */
export const bunDatagrams: DatagramNetwork = {
  async bind(options) {
    return (await bindBunSocket(options)).port
  },
}

/** A port on `Bun.udpSocket`, with the socket's file descriptor. */
export async function bindBunSocket(
  options: BindOptions,
): Promise<{ port: DatagramPort; fd: number }> {
  const host = formatIp(options.ip)
  const read = addressReader()
  const handle = datagramHandlerOf(options)
  try {
    const socket = await Bun.udpSocket({
      hostname: host,
      port: options.port,
      binaryType: 'uint8array',
      socket: {
        data(_socket, payload, port, address) {
          const from = read(address, port)
          if (from !== undefined) handle(payload, from)
        },
        // Without this, an ICMP error would throw out of the event loop.
        error() {},
      },
    })
    return { port: new BunDatagramPort(socket, options.ip), fd: fileDescriptorOf(socket) }
  } catch (error) {
    throw bindError(error, 'UDP', { host, port: options.port })
  }
}

/** Bun has it, and its types do not say so. */
function fileDescriptorOf(socket: object): number {
  return (socket as { fd: number }).fd
}

class BunDatagramPort implements DatagramPort {
  readonly local: TransportAddress
  readonly #socket: Bun.udp.Socket<'uint8array'>

  constructor(socket: Bun.udp.Socket<'uint8array'>, ip: BindOptions['ip']) {
    this.#socket = socket
    this.local = joinAddress(ip, socket.port)
  }

  send(payload: Uint8Array, destination: Destination): boolean {
    // What is thrown first may be the ICMP error of an earlier datagram to somebody else (ip(7),
    // IP_RECVERR), which is told once.
    return this.#trySend(payload, destination) ?? this.#trySend(payload, destination) ?? false
  }

  sendPacket(packet: Packet, destination: Destination): boolean {
    return this.send(packet.view(), destination)
  }

  /** Undefined: no route, too long for a datagram, closed. All of them are a lost datagram. */
  #trySend(payload: Uint8Array, { port, host }: Destination): boolean | undefined {
    try {
      return this.#socket.send(payload, port, host)
    } catch {
      return undefined
    }
  }

  close(): void {
    if (!this.#socket.closed) this.#socket.close()
  }
}

/** Datagrams mostly come from where the one before came from: that text is not read again. */
function addressReader(): (text: string, port: number) => TransportAddress | undefined {
  let lastText = ''
  let lastIp: IpAddress | undefined
  return (text, port) => {
    if (text !== lastText) {
      lastText = text
      lastIp = parseIp(text)
    }
    return lastIp === undefined ? undefined : joinAddress(lastIp, port)
  }
}
