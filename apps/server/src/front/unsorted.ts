import { AddressCounter } from '../bounds/address-counter.ts'
import { addressGroup } from '../bounds/address-group.ts'
import type { Peer } from './peer-book.ts'

/** More of one address (an IPv6 /64) are not taken: whoever speaks at all is sorted within a moment. */
export const MAX_UNSORTED_PER_ADDRESS = 200

/** For one more than these the one that has said nothing for longest makes room. */
export const MAX_UNSORTED = 2000

/** Connections of which nobody knows yet what they speak: anybody may have one, and few many. */
export class Unsorted {
  readonly #counter = new AddressCounter({
    inAll: Infinity,
    perAddress: MAX_UNSORTED_PER_ADDRESS,
  })
  /** Those that came first at the beginning. */
  readonly #cuts = new Map<Peer, () => void>()

  get size(): number {
    return this.#cuts.size
  }

  /** One came, which `cut` ends; false: there are too many of its address. */
  add(peer: Peer, cut: () => void): boolean {
    if (!this.#counter.admit(addressGroup(peer.address))) return false
    this.#cuts.set(peer, cut)
    if (this.#cuts.size <= MAX_UNSORTED) return true
    const [oldest] = this.#cuts
    if (oldest) {
      this.remove(oldest[0])
      oldest[1]()
    }
    return true
  }

  /** It is known what it speaks, or it is gone. Idempotent. */
  remove(peer: Peer): void {
    if (this.#cuts.delete(peer)) this.#counter.release(addressGroup(peer.address))
  }
}
