import { ptr } from 'bun:ffi'

/** `struct mmsghdr` of 64-bit Linux: 16 words of 32 bits. */
export const HEADER_BYTES = 64
const HEADER_WORDS = 16
/** Words of it: the address, its length, the list of buffers, their count, bytes that came. */
const [NAME, NAME_LENGTH, BUFFERS, BUFFER_COUNT, RECEIVED] = [0, 2, 4, 6, 14]
/** `struct iovec`: address and length, of two words each. */
const BUFFER_WORDS = 4
const TWO_TO_32 = 4_294_967_296

/**
 * What sendmmsg(2) and recvmmsg(2) read: a header for each datagram, which names an address and a
 * buffer. Places in memory are numbers.
 */
export class MessageHeaders {
  /** Where the first header is in memory; the others follow. */
  readonly address: number
  readonly #headers: Uint32Array
  readonly #buffers: Uint32Array
  readonly #buffersAddress: number

  constructor(count: number) {
    this.#headers = new Uint32Array(count * HEADER_WORDS)
    this.#buffers = new Uint32Array(count * BUFFER_WORDS)
    this.address = addressOfMemory(this.#headers)
    this.#buffersAddress = addressOfMemory(this.#buffers)
    for (let header = 0; header < count; header += 1) {
      this.useBuffer(header, header)
      this.#headers[header * HEADER_WORDS + BUFFER_COUNT] = 1
    }
  }

  /** Gives a header the buffer that another one had at first. */
  useBuffer(header: number, of: number): void {
    const address = this.#buffersAddress + of * BUFFER_WORDS * 4
    this.#setAddress(this.#headers, header * HEADER_WORDS + BUFFERS, address)
  }

  setName(header: number, address: number, length: number): void {
    this.#setAddress(this.#headers, header * HEADER_WORDS + NAME, address)
    this.#headers[header * HEADER_WORDS + NAME_LENGTH] = length
  }

  setNameLength(header: number, length: number): void {
    this.#headers[header * HEADER_WORDS + NAME_LENGTH] = length
  }

  /** Where the buffer is that a header had at first. */
  setBuffer(buffer: number, address: number, length: number): void {
    const word = buffer * BUFFER_WORDS
    this.#setAddress(this.#buffers, word, address)
    this.#buffers[word + 2] = length
  }

  /** Bytes that were received. */
  receivedLength(header: number): number {
    return this.#headers[header * HEADER_WORDS + RECEIVED]!
  }

  #setAddress(words: Uint32Array, word: number, address: number): void {
    words[word] = address
    words[word + 1] = address / TWO_TO_32
  }
}

/** Where an array is in memory, for as long as somebody holds it. */
export function addressOfMemory(array: Uint8Array | Uint32Array): number {
  return Number(ptr(array))
}
