import { wakeUp, type Packet } from '@duet/datagrams'
import type { TransportAddress } from '@duet/stun'
import { PacketRing, type RingHandler } from './packet-ring.ts'
import type { RelayTable } from './relay-table.ts'

/** Handed over from one other thread before this one does something else. */
const MOST_AT_ONCE = 256

export interface NeighboursOptions {
  /** This thread's number. */
  thread: number
  table: RelayTable
  /** Rings to the others, and from them, by their number. */
  outgoing: ReadonlyMap<number, SharedArrayBuffer>
  incoming: readonly SharedArrayBuffer[]
  /** By which each thread is woken, this one as well. */
  wakeUps: readonly number[]
}

/** The other threads with relays of this server: their packets cross no socket either. */
export class Neighbours {
  /** Takes what comes from other threads. */
  onPacket: RingHandler = () => {}
  readonly #options: NeighboursOptions
  readonly #outgoing: ReadonlyMap<number, PacketRing>
  readonly #incoming: readonly PacketRing[]

  constructor(options: NeighboursOptions) {
    this.#options = options
    this.#outgoing = new Map(
      Array.from(options.outgoing, ([thread, memory]) => [thread, new PacketRing(memory)]),
    )
    this.#incoming = options.incoming.map((memory) => new PacketRing(memory))
    // What was meant for a thread that is gone.
    for (const ring of this.#incoming) ring.clear()
  }

  /** Whether another thread has a relay at the port of this address, which is one of this server's. */
  owns(address: TransportAddress): boolean {
    const owner = this.#options.table.ownerOf(address)
    return owner !== undefined && owner !== this.#options.thread
  }

  /** Hands a packet to the relay at `to`; returns whether there was room. */
  send(packet: Packet, from: TransportAddress, to: TransportAddress): boolean {
    const owner = this.#options.table.ownerOf(to)
    const ring = owner === undefined ? undefined : this.#outgoing.get(owner)
    if (owner === undefined || !ring) return false
    const outcome = ring.push(packet, from, to)
    if (outcome === 'first') this.#wake(owner)
    return outcome !== 'full'
  }

  /** This thread was woken; returns how many packets came. */
  handleWake(): number {
    let count = 0
    for (const ring of this.#incoming) {
      const taken = ring.drain(this.onPacket, MOST_AT_ONCE)
      count += taken
      if (taken === MOST_AT_ONCE) this.#wake(this.#options.thread)
    }
    return count
  }

  #wake(thread: number): void {
    const fd = this.#options.wakeUps[thread]
    if (fd !== undefined) wakeUp(fd)
  }
}
