import { ptr } from 'bun:ffi'

/** `struct mmsghdr`, `struct iovec` and the larger `struct sockaddr_in6` of 64-bit Linux. */
const HEADER_BYTES = 64
const IOVEC_BYTES = 16
export const NAME_BYTES = 28
/** 32-bit words from the start of a header: the length of the name, and of what was received. */
const [NAME_LENGTH, RECEIVED] = [2, 14]
export const [AF_INET, AF_INET6] = [2, 10]

/**
 * Room for several datagrams that pass with one system call (sendmmsg(2), recvmmsg(2)). Everything is
 * laid out once, and a datagram only fills in its bytes, its length and its address.
 */
export class MessageSlots {
  readonly count: number
  /** Of one datagram, at most. */
  readonly slotBytes: number
  readonly bytes: Uint8Array
  /** Addresses as `struct sockaddr_in` or `struct sockaddr_in6`, `NAME_BYTES` apart. */
  readonly names: Uint8Array
  readonly #iovecs: Uint32Array
  readonly #headers: Uint32Array
  readonly #headersAddress: number

  constructor(count: number, slotBytes: number) {
    this.count = count
    this.slotBytes = slotBytes
    this.bytes = new Uint8Array(count * slotBytes)
    this.names = new Uint8Array(count * NAME_BYTES)
    this.#iovecs = new Uint32Array((count * IOVEC_BYTES) / 4)
    this.#headers = new Uint32Array((count * HEADER_BYTES) / 4)
    this.#headersAddress = Number(ptr(this.#headers))
    this.#layOut()
  }

  /** Where the header of a slot is in memory; those of the next ones follow. */
  headerAt(slot: number): number {
    return this.#headersAddress + slot * HEADER_BYTES
  }

  /** Bytes that are to be sent, or that there is room for. */
  setLength(slot: number, length: number): void {
    this.#iovecs[(slot * IOVEC_BYTES) / 4 + 2] = length
  }

  setNameLength(slot: number, length: number): void {
    this.#headers[(slot * HEADER_BYTES) / 4 + NAME_LENGTH] = length
  }

  /** Bytes that were received. */
  receivedLength(slot: number): number {
    return this.#headers[(slot * HEADER_BYTES) / 4 + RECEIVED]!
  }

  #layOut(): void {
    const headers = new DataView(this.#headers.buffer)
    const iovecs = new DataView(this.#iovecs.buffer)
    const [bytes, names, iovecsAt] = [this.bytes, this.names, this.#iovecs].map((array) =>
      BigInt(ptr(array)),
    ) as [bigint, bigint, bigint]
    for (let slot = 0; slot < this.count; slot += 1) {
      const at = BigInt(slot)
      iovecs.setBigUint64(slot * IOVEC_BYTES, bytes + at * BigInt(this.slotBytes), true)
      headers.setBigUint64(slot * HEADER_BYTES, names + at * BigInt(NAME_BYTES), true)
      headers.setBigUint64(slot * HEADER_BYTES + 16, iovecsAt + at * BigInt(IOVEC_BYTES), true)
      headers.setBigUint64(slot * HEADER_BYTES + 24, 1n, true)
    }
  }
}
