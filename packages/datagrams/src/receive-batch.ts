import { ipFromBits, joinAddress, type TransportAddress } from '@duet/stun'
import type { LibC } from './libc.ts'
import { AF_INET6, MessageSlots, NAME_BYTES } from './message-slots.ts'

/** Datagrams that come with one system call at most. */
const SLOTS = 64
/**
 * No datagram is longer. Memory of which nothing was used yet costs nothing; and were it a power of
 * two, all datagrams would begin in the same lines of the processor's cache.
 */
const SLOT_BYTES = 65_536 + 3 * 64
const MSG_DONTWAIT = 0x40

/** What waits at sockets, many datagrams at a time; one batch serves all sockets in turns. */
export class ReceiveBatch {
  readonly #libc: LibC
  readonly #slots = new MessageSlots(SLOTS, SLOT_BYTES)
  readonly #names: DataView

  constructor(libc: LibC) {
    this.#libc = libc
    this.#names = new DataView(this.#slots.names.buffer)
    for (let slot = 0; slot < SLOTS; slot += 1) {
      this.#slots.setLength(slot, SLOT_BYTES)
      this.#slots.setNameLength(slot, NAME_BYTES)
    }
  }

  /**
   * Calls `onDatagram` for what waits, at most `SLOTS` datagrams; `payload` is only valid during
   * the call. Returns whether more may wait.
   */
  receive(fd: number, onDatagram: (payload: Uint8Array, from: TransportAddress) => void): boolean {
    const slots = this.#slots
    const count = this.#libc.recvmmsg(fd, slots.headerAt(0), SLOTS, MSG_DONTWAIT, null)
    for (let slot = 0; slot < count; slot += 1) {
      const start = slot * SLOT_BYTES
      const payload = slots.bytes.subarray(start, start + slots.receivedLength(slot))
      slots.setNameLength(slot, NAME_BYTES)
      onDatagram(payload, this.#addressAt(slot * NAME_BYTES))
    }
    return count === SLOTS
  }

  /** A `struct sockaddr_in` or `struct sockaddr_in6` (ip(7), ipv6(7)). */
  #addressAt(at: number): TransportAddress {
    const names = this.#names
    const port = names.getUint16(at + 2)
    if (names.getUint16(at, true) !== AF_INET6) {
      return joinAddress(ipFromBits(names.getUint32(at + 4)), port)
    }
    const bits = (names.getBigUint64(at + 8) << 64n) | names.getBigUint64(at + 16)
    return joinAddress(ipFromBits(bits), port)
  }
}
