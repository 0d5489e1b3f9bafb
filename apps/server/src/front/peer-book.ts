import { plainAddress } from '../config/index.ts'

/** Who connects, as an address and a port. */
export interface Peer {
  address: string
  port: number
}

/**
 * Whose connection is behind one that a port of ours makes to a listener of ours on loopback: there
 * each has a port of its own, which nobody else on the machine can have at the same time.
 */
export class PeerBook {
  readonly #peers = new Map<number, Peer>()

  /** Returns its end. `localPort`: of our end of the connection on loopback. */
  add(localPort: number, peer: Peer): () => void {
    this.#peers.set(localPort, peer)
    return () => {
      if (this.#peers.get(localPort) === peer) this.#peers.delete(localPort)
    }
  }

  /** Undefined: it is not one of ours. */
  find(from: { address: string; port: number } | null): Peer | undefined {
    return from && plainAddress(from.address) === LOOPBACK ? this.#peers.get(from.port) : undefined
  }
}

/** Where listeners are that only this process connects to. */
export const LOOPBACK = '127.0.0.1'
