import {
  datagramHandlerOf,
  FakeDatagrams,
  type BindOptions,
  type DatagramNetwork,
  type DatagramPort,
  type Destination,
} from '@duet/datagrams'
import { ipOf, portOf, type IpAddress, type TransportAddress } from '@duet/stun'

export interface FakeNatOptions {
  outside: FakeDatagrams
  /** Its own address outside. */
  publicIp: IpAddress
  /** Which ports it passes on to the inside unasked. */
  isMapped: (port: number) => boolean
  /** Whether who is inside reaches what is inside by the public address. */
  hairpins: boolean
}

/** A NAT in memory that keeps ports as they are; everything inside is one machine. */
export class FakeNat implements DatagramNetwork {
  readonly #options: FakeNatOptions
  readonly #inside = new FakeDatagrams()

  constructor(options: FakeNatOptions) {
    this.#options = options
  }

  /** Open sockets inside. */
  get size(): number {
    return this.#inside.size
  }

  async bind(options: BindOptions): Promise<DatagramPort> {
    const onDatagram = datagramHandlerOf(options)
    const inner = await this.#inside.bind(options)
    const { outside, publicIp, isMapped, hairpins } = this.#options
    const port = portOf(inner.local)
    /** Whom it has sent something to. */
    const known = new Set<TransportAddress>()
    const outer = outside.open({
      ip: publicIp,
      port,
      onDatagram(payload, from) {
        const isLoop = ipOf(from) === publicIp
        const isWelcome = isMapped(port) || known.has(from)
        if (isWelcome && (hairpins || !isLoop)) onDatagram(payload, from)
      },
    })
    const send = (payload: Uint8Array, destination: Destination): boolean => {
      known.add(destination.address)
      return outer.send(payload, destination)
    }
    return {
      local: inner.local,
      send,
      sendPacket: (packet, destination) => send(packet.view(), destination),
      close() {
        inner.close()
        outer.close()
      },
    }
  }
}
