import type { MemberId, ReachedPeer, Signal } from '@duet/rules'
import { MAX_ADDRESSES_PER_PEER, MAX_PEER_ADDRESSES } from './limits.ts'
import { addressesIn } from './signal-addresses.ts'

/** Where the others of one stay are, as far as signaling has seen it. */
export class PeerAddresses {
  #peers: readonly ReachedPeer[] = []
  /** Addresses that were signaled, by who did and what: those that were seen last at the end. */
  readonly #seen = new Map<string, { from: MemberId; address: string }>()

  /** Who is there now; what others signaled is forgotten. */
  setPeers(peers: readonly ReachedPeer[]): void {
    this.#peers = peers
    for (const [key, { from }] of this.#seen) {
      if (!peers.some(({ id }) => id === from)) this.#seen.delete(key)
    }
  }

  /** What was signaled to whoever it goes on for. */
  inherit(others: PeerAddresses): void {
    for (const [key, seen] of others.#seen) if (!this.#seen.has(key)) this.#seen.set(key, seen)
  }

  /** A signal came from one of them; returns whether it brought something new. */
  add(from: MemberId, signal: Signal): boolean {
    let hasNew = false
    for (const address of addressesIn(signal)) {
      const key = `${from} ${address}`
      if (!this.#seen.delete(key)) hasNew = true
      this.#seen.set(key, { from, address })
    }
    this.#forgetOldestOf(from)
    return hasNew
  }

  /** Whoever signals much loses addresses of their own, and nobody else's. */
  #forgetOldestOf(from: MemberId): void {
    const own = [...this.#seen].filter(([, seen]) => seen.from === from)
    const tooMany = Math.max(
      own.length - MAX_ADDRESSES_PER_PEER,
      this.#seen.size - MAX_PEER_ADDRESSES,
    )
    for (const [key] of own.slice(0, Math.max(0, tooMany))) this.#seen.delete(key)
  }

  /** All of them, each once. */
  get all(): string[] {
    const own = this.#peers.flatMap(({ ip }) => (ip === undefined ? [] : [ip]))
    return [...new Set([...own, ...[...this.#seen.values()].map(({ address }) => address)])]
  }
}
