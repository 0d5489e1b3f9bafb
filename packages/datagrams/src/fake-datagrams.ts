import { DuetError } from '@duet/base'
import { formatAddress, joinAddress, parseIp, type TransportAddress } from '@duet/stun'
import {
  datagramHandlerOf,
  type BindOptions,
  type DatagramHandler,
  type DatagramNetwork,
  type DatagramPort,
} from './datagrams.ts'
import { destinationOf, type Destination } from './destination.ts'
import type { IcmpError, IcmpErrorHandler } from './icmp-error.ts'

/** The transport address in `192.0.2.1:3478` or `[2001:db8::1]:3478`; throws for what is none. */
export function addressOf(text: string): TransportAddress {
  const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(text) ?? []
  const ip = parseIp(host)
  if (ip === undefined) throw new TypeError(`"${text}" is not a transport address`)
  return joinAddress(ip, Number(port))
}

/** What fits into a datagram over IPv4. */
const MAX_DATAGRAM_BYTES = 65_507
const FIRST_ANY_PORT = 40_000

/** A network in memory where every address exists and datagrams arrive at once. */
export class FakeDatagrams implements DatagramNetwork {
  readonly #ports = new Map<TransportAddress, DatagramHandler>()
  readonly #icmpHandlers = new Map<TransportAddress, IcmpErrorHandler>()
  /** Every datagram that was sent, as `from > to`. */
  readonly sent: string[] = []

  /** Open sockets. */
  get size(): number {
    return this.#ports.size
  }

  bind(options: BindOptions): Promise<DatagramPort> {
    try {
      return Promise.resolve(this.open(options))
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** Like `bind`, at once. */
  open(options: BindOptions): DatagramPort {
    const local = joinAddress(options.ip, options.port || this.#anyPort(options))
    if (this.#ports.has(local)) {
      throw new DuetError('port-in-use', `UDP ${formatAddress(local)} is already in use`)
    }
    const handle = datagramHandlerOf(options)
    this.#ports.set(local, handle)
    if (options.onIcmpError) this.#icmpHandlers.set(local, options.onIcmpError)
    const send = (payload: Uint8Array, { address }: Destination): boolean => {
      this.sent.push(`${formatAddress(local)} > ${formatAddress(address)}`)
      if (payload.length > MAX_DATAGRAM_BYTES || this.#ports.get(local) !== handle) return false
      // A buffer of its own, used again afterwards: who keeps a view on it sees rubbish.
      const received = payload.slice()
      this.#ports.get(address)?.(received, local)
      received.fill(0xee)
      return true
    }
    return {
      local,
      send,
      sendPacket: (packet, destination) => send(packet.view(), destination),
      close: () => {
        if (this.#ports.get(local) !== handle) return
        this.#ports.delete(local)
        this.#icmpHandlers.delete(local)
      },
    }
  }

  /** An ICMP error comes to the socket at `from`, about what it sent to `to`. */
  fail(from: TransportAddress, to: TransportAddress, error: IcmpError): void {
    this.#icmpHandlers.get(from)?.(error, to)
  }

  #anyPort({ ip }: BindOptions): number {
    let port = FIRST_ANY_PORT
    while (this.#ports.has(joinAddress(ip, port))) port += 1
    return port
  }

  /** A peer that keeps what it receives, as `from: text`. */
  peer(address: string): FakePeer {
    return new FakePeer(this, addressOf(address))
  }
}

/** A host that is no client of the server. */
export class FakePeer {
  readonly received: string[] = []
  readonly #port: DatagramPort

  constructor(network: FakeDatagrams, address: TransportAddress) {
    const { ip, port } = destinationOf(address)
    this.#port = network.open({
      ip,
      port,
      onDatagram: (payload, from) => {
        this.received.push(`${formatAddress(from)}: ${new TextDecoder().decode(payload)}`)
      },
    })
  }

  send(text: string, to: TransportAddress): void {
    this.#port.send(new TextEncoder().encode(text), destinationOf(to))
  }
}
