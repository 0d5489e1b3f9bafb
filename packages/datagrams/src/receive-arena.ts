import type { TransportAddress } from '@duet/stun'
import type { LibC } from './libc.ts'
import { addressOfMemory, HEADER_BYTES, MessageHeaders } from './message-headers.ts'
import { HEADROOM_BYTES, nextMoment, TAILROOM_BYTES, type Packet } from './packet.ts'
import { NAME_BYTES, readSocketName } from './socket-name.ts'

/** Datagrams that lie here at once, and come with one system call, at most. */
const SLOTS = 128
/** No datagram is longer. Memory of which nothing was used yet costs nothing. */
const MOST_BYTES = 65_536
/**
 * Were it a power of two, all datagrams would begin in the same lines of the processor's cache.
 */
const SLOT_BYTES = HEADROOM_BYTES + MOST_BYTES + TAILROOM_BYTES + 64
const MSG_DONTWAIT = 0x40

/** Where datagrams are received, those of many sockets side by side, until all were passed on. */
export class ReceiveArena {
  /** With a buffer of its own: an array without one may be moved when views are made of it. */
  readonly bytes = new Uint8Array(new ArrayBuffer(SLOTS * SLOT_BYTES))
  readonly address = addressOfMemory(this.bytes)
  readonly #libc: LibC
  readonly #names = new Uint8Array(SLOTS * NAME_BYTES)
  readonly #nameView = new DataView(this.#names.buffer)
  readonly #headers = new MessageHeaders(SLOTS)
  /** A view on each slot. */
  readonly #slots: readonly Uint8Array[]
  #used = 0
  #moment = 0

  constructor(libc: LibC) {
    this.#libc = libc
    this.#slots = Array.from({ length: SLOTS }, (_, slot) => {
      const start = slot * SLOT_BYTES + HEADROOM_BYTES
      return this.bytes.subarray(start, start + MOST_BYTES)
    })
    const names = addressOfMemory(this.#names)
    for (let slot = 0; slot < SLOTS; slot += 1) {
      this.#headers.setBuffer(slot, this.address + slot * SLOT_BYTES + HEADROOM_BYTES, MOST_BYTES)
      this.#headers.setName(slot, names + slot * NAME_BYTES, NAME_BYTES)
    }
  }

  /** Slots that hold something. */
  get used(): number {
    return this.#used
  }

  get free(): number {
    return SLOTS - this.#used
  }

  /** Receives what waits into the slots that are free; returns how many datagrams came. */
  receive(fd: number): number {
    const at = this.#headers.address + this.#used * HEADER_BYTES
    const count = this.#libc.recvmmsg(fd, at, SLOTS - this.#used, MSG_DONTWAIT, null)
    if (count <= 0) return 0
    this.#used += count
    this.#moment = nextMoment()
    return count
  }

  /** Lets `packet` tell of the datagram in a slot. */
  read(slot: number, packet: Packet): void {
    const start = slot * SLOT_BYTES + HEADROOM_BYTES
    const end = start + this.#headers.receivedLength(slot)
    packet.place(this.bytes, start, end, this.#slots[slot])
    packet.moment = this.#moment
  }

  /** Whom the datagram in a slot came from. */
  senderAt(slot: number): TransportAddress {
    return readSocketName(this.#nameView, slot * NAME_BYTES)
  }

  /** All were passed on: their slots are free. */
  clear(): void {
    for (let slot = 0; slot < this.#used; slot += 1) this.#headers.setNameLength(slot, NAME_BYTES)
    this.#used = 0
  }
}
