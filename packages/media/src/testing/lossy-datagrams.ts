import type { Clock } from '@duet/base'
import type { BindOptions, DatagramNetwork, DatagramPort, Destination } from '@duet/datagrams'
import type { TransportAddress } from '@duet/stun'

export interface LossOptions {
  clock: Clock
  /** From 0 to 1. */
  loss: number
  /** Datagrams take up to so many milliseconds, so that they overtake each other. */
  jitterMs: number
  /** The same seed loses the same datagrams. */
  seed: number
  /** Sees everything that is sent, also what is lost. */
  onSend?: ((payload: Uint8Array, from: TransportAddress, to: Destination) => void) | undefined
}

/** A network over another one that loses and reorders what is sent. */
export class LossyDatagrams implements DatagramNetwork {
  readonly #network: DatagramNetwork
  readonly #options: LossOptions
  readonly #random: () => number
  loss: number
  sent = 0
  lost = 0

  constructor(network: DatagramNetwork, options: LossOptions) {
    this.#network = network
    this.#options = options
    this.#random = randomFrom(options.seed)
    this.loss = options.loss
  }

  async bind(options: BindOptions): Promise<DatagramPort> {
    const port = await this.#network.bind(options)
    const send = (payload: Uint8Array, destination: Destination): boolean => {
      this.sent += 1
      this.#options.onSend?.(payload, port.local, destination)
      if (this.#random() < this.loss) {
        this.lost += 1
        return true
      }
      const kept = payload.slice()
      const delayMs = Math.floor(this.#random() * this.#options.jitterMs)
      this.#options.clock.after(delayMs, () => port.send(kept, destination))
      return true
    }
    return {
      local: port.local,
      close: () => port.close(),
      send,
      sendPacket: (packet, destination) => send(packet.view(), destination),
    }
  }
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b_79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
