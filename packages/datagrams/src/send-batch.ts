import { ptr } from 'bun:ffi'
import { ipOf, portOf, type TransportAddress } from '@duet/stun'
import type { Destination } from './datagrams.ts'
import type { LibC } from './libc.ts'

/** Datagrams that leave with one system call at most. */
const SLOTS = 64
/** A longer datagram is not batched. */
export const MAX_BATCHED_BYTES = 2048
/** `struct mmsghdr`, `struct iovec` and the larger `struct sockaddr_in6` of 64-bit Linux. */
const HEADER_BYTES = 64
const IOVEC_BYTES = 16
const NAME_BYTES = 28
const [AF_INET, AF_INET6] = [2, 10]
const MSG_DONTWAIT = 0x40

/**
 * Datagrams of one socket that wait to leave together. Everything is laid out once, and a datagram
 * only fills in its bytes, its length and its address.
 */
export class SendBatch {
  readonly #libc: LibC
  readonly #fd: number
  readonly #bytes = new Uint8Array(SLOTS * MAX_BATCHED_BYTES)
  readonly #names = new Uint8Array(SLOTS * NAME_BYTES)
  readonly #iovecs = new Uint32Array((SLOTS * IOVEC_BYTES) / 4)
  readonly #headers = new Uint32Array((SLOTS * HEADER_BYTES) / 4)
  readonly #headersAddress: number
  readonly #nameOf = new WeakMap<Destination, Uint8Array>()
  #count = 0

  constructor(libc: LibC, fd: number) {
    this.#libc = libc
    this.#fd = fd
    this.#headersAddress = Number(ptr(this.#headers))
    this.#layOut()
  }

  get isEmpty(): boolean {
    return this.#count === 0
  }

  get isFull(): boolean {
    return this.#count === SLOTS
  }

  /** Adds a datagram of at most `MAX_BATCHED_BYTES`; there is room. */
  add(payload: Uint8Array, destination: Destination): void {
    const slot = this.#count
    const name = this.#nameFor(destination)
    this.#bytes.set(payload, slot * MAX_BATCHED_BYTES)
    this.#names.set(name, slot * NAME_BYTES)
    this.#iovecs[(slot * IOVEC_BYTES) / 4 + 2] = payload.length
    this.#headers[(slot * HEADER_BYTES) / 4 + 2] = name.length
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
    const address = this.#headersAddress + slot * HEADER_BYTES
    return this.#libc.sendmmsg(this.#fd, address, this.#count - slot, MSG_DONTWAIT)
  }

  #layOut(): void {
    const headers = new DataView(this.#headers.buffer)
    const iovecs = new DataView(this.#iovecs.buffer)
    const [bytes, names, iovecsAt] = [this.#bytes, this.#names, this.#iovecs].map((array) =>
      BigInt(ptr(array)),
    ) as [bigint, bigint, bigint]
    for (let slot = 0; slot < SLOTS; slot += 1) {
      const at = BigInt(slot)
      iovecs.setBigUint64(slot * IOVEC_BYTES, bytes + at * BigInt(MAX_BATCHED_BYTES), true)
      headers.setBigUint64(slot * HEADER_BYTES, names + at * BigInt(NAME_BYTES), true)
      headers.setBigUint64(slot * HEADER_BYTES + 16, iovecsAt + at * BigInt(IOVEC_BYTES), true)
      headers.setBigUint64(slot * HEADER_BYTES + 24, 1n, true)
    }
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
