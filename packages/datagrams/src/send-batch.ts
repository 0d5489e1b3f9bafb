import { ipOf, portOf, type TransportAddress } from '@duet/stun'
import type { Destination } from './datagrams.ts'
import type { LibC } from './libc.ts'
import { AF_INET, AF_INET6, MessageSlots, NAME_BYTES } from './message-slots.ts'

/** Datagrams that leave with one system call at most. */
const SLOTS = 64
/** A longer datagram is not batched. */
export const MAX_BATCHED_BYTES = 2048
const MSG_DONTWAIT = 0x40

/** Datagrams of one socket that wait to leave together. */
export class SendBatch {
  readonly #libc: LibC
  readonly #fd: number
  readonly #slots = new MessageSlots(SLOTS, MAX_BATCHED_BYTES)
  readonly #nameOf = new WeakMap<Destination, Uint8Array>()
  #count = 0

  constructor(libc: LibC, fd: number) {
    this.#libc = libc
    this.#fd = fd
  }

  get isFull(): boolean {
    return this.#count === SLOTS
  }

  /** Adds a datagram of at most `MAX_BATCHED_BYTES`; there is room. */
  add(payload: Uint8Array, destination: Destination): void {
    const slots = this.#slots
    const slot = this.#count
    const name = this.#nameFor(destination)
    slots.bytes.set(payload, slot * MAX_BATCHED_BYTES)
    slots.names.set(name, slot * NAME_BYTES)
    slots.setLength(slot, payload.length)
    slots.setNameLength(slot, name.length)
    this.#count += 1
  }

  /** Sends what was added; what the system does not take is lost, as datagrams may be. */
  flush(): void {
    let done = 0
    while (done < this.#count) {
      // What fails first may be the ICMP error of an earlier datagram to somebody else (ip(7),
      // IP_RECVERR), which is told once. Where one can't be sent, the others still may.
      const sent = this.#sendFrom(done)
      done += Math.max(1, sent > 0 ? sent : this.#sendFrom(done))
    }
    this.#count = 0
  }

  #sendFrom(slot: number): number {
    const count = this.#count - slot
    return this.#libc.sendmmsg(this.#fd, this.#slots.headerAt(slot), count, MSG_DONTWAIT)
  }

  #nameFor(destination: Destination): Uint8Array {
    const known = this.#nameOf.get(destination)
    if (known) return known
    const name = socketName(destination.address)
    this.#nameOf.set(destination, name)
    return name
  }
}

/** `struct sockaddr_in` or `struct sockaddr_in6` (ip(7), ipv6(7)). */
function socketName(address: TransportAddress): Uint8Array {
  const ip = ipOf(address)
  const name = new Uint8Array(typeof ip === 'number' ? 16 : NAME_BYTES)
  const view = new DataView(name.buffer)
  view.setUint16(0, typeof ip === 'number' ? AF_INET : AF_INET6, true)
  view.setUint16(2, portOf(address))
  if (typeof ip === 'number') view.setUint32(4, ip)
  else {
    view.setBigUint64(8, ip >> 64n)
    view.setBigUint64(16, ip & 0xffff_ffff_ffff_ffffn)
  }
  return name
}
