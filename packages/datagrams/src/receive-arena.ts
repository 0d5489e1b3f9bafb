import type { TransportAddress } from '@duet/stun'
import type { LibC } from './libc.ts'
import { addressOfMemory, HEADER_BYTES, MessageHeaders } from './message-headers.ts'
import { HEADROOM_BYTES, nextMoment, TAILROOM_BYTES, type Packet } from './packet.ts'
import { NAME_BYTES, readSocketName } from './socket-name.ts'

/** Datagrams that lie here at once, and come with one system call, at most. */
export const SLOTS = 128
/** Of a datagram: what comes over the internet is shorter, so that little memory is used again and again. */
const USUAL_BYTES = 2048
/**
 * Were it a power of two, all datagrams would begin in the same lines of the processor's cache.
 */
const SLOT_BYTES = HEADROOM_BYTES + USUAL_BYTES + TAILROOM_BYTES + 64
/** What is longer goes on here. Memory of which nothing was used yet costs nothing. */
const REST_BYTES = 65_536 - USUAL_BYTES
const MSG_DONTWAIT = 0x40

/** Where datagrams are received, those of many sockets side by side, until all were passed on. */
export class ReceiveArena {
  readonly bytes = new Uint8Array(SLOTS * SLOT_BYTES)
  readonly address = addressOfMemory(this.bytes)
  readonly #libc: LibC
  readonly #rests = new Uint8Array(SLOTS * REST_BYTES)
  readonly #names = new Uint8Array(SLOTS * NAME_BYTES)
  readonly #nameView = new DataView(this.#names.buffer)
  readonly #headers = new MessageHeaders(SLOTS, 2)
  /** A long datagram in one piece. */
  #whole: Uint8Array | undefined
  #used = 0
  #moment = 0

  constructor(libc: LibC) {
    this.#libc = libc
    const [names, rests] = [addressOfMemory(this.#names), addressOfMemory(this.#rests)]
    for (let slot = 0; slot < SLOTS; slot += 1) {
      const usual = this.address + slot * SLOT_BYTES + HEADROOM_BYTES
      const rest = rests + slot * REST_BYTES
      this.#headers.setBuffer(2 * slot, usual, USUAL_BYTES)
      this.#headers.setBuffer(2 * slot + 1, rest, REST_BYTES)
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
    const length = this.#headers.receivedLength(slot)
    const start = slot * SLOT_BYTES + HEADROOM_BYTES
    if (length <= USUAL_BYTES) packet.place(this.bytes, start, start + length)
    else this.#readLong(slot, packet)
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

  #readLong(slot: number, packet: Packet): void {
    this.#whole ??= new Uint8Array(HEADROOM_BYTES + USUAL_BYTES + REST_BYTES + TAILROOM_BYTES)
    const [start, length] = [slot * SLOT_BYTES + HEADROOM_BYTES, this.#headers.receivedLength(slot)]
    const rest = slot * REST_BYTES
    this.#whole.set(this.bytes.subarray(start, start + USUAL_BYTES), HEADROOM_BYTES)
    const goesOn = this.#rests.subarray(rest, rest + length - USUAL_BYTES)
    this.#whole.set(goesOn, HEADROOM_BYTES + USUAL_BYTES)
    packet.place(this.#whole, HEADROOM_BYTES, HEADROOM_BYTES + length)
  }
}
