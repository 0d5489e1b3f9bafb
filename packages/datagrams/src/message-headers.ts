import { ptr } from 'bun:ffi'

/** `struct mmsghdr` of 64-bit Linux: 16 words of 32 bits. */
export const HEADER_BYTES = 64
const HEADER_WORDS = 16
/** Words of it: address, buffers and control data, each with how many; bytes that came. */
const [NAME, NAME_LENGTH, BUFFERS, BUFFER_COUNT] = [0, 2, 4, 6]
const [CONTROL, CONTROL_LENGTH, RECEIVED] = [8, 10, 14]
/** `struct iovec`: address and length, of two words each. */
const BUFFER_WORDS = 4
/** `struct cmsghdr` with a number of 16 bits, and with what aligns the next one (cmsg(3)). */
const [CONTROL_WORDS, CONTROL_BYTES] = [6, 18]
const [CONTROL_LEVEL, CONTROL_TYPE, CONTROL_VALUE] = [2, 3, 4]
/** udp(7). */
const [SOL_UDP, UDP_SEGMENT] = [17, 103]
const TWO_TO_32 = 4_294_967_296

/**
 * What sendmmsg(2) and recvmmsg(2) read: a header for each datagram, which names an address and a
 * buffer, or several buffers in a row. Places in memory are numbers.
 */
export class MessageHeaders {
  /** Where the first header is in memory; the others follow. */
  readonly address: number
  readonly #headers: Uint32Array
  readonly #buffers: Uint32Array
  readonly #buffersAddress: number
  readonly #controls: Uint32Array
  readonly #controlsAddress: number

  /** Each header begins with the buffer that has its number. */
  constructor(count: number) {
    this.#headers = new Uint32Array(count * HEADER_WORDS)
    this.#buffers = new Uint32Array(count * BUFFER_WORDS)
    this.#controls = new Uint32Array(count * CONTROL_WORDS)
    this.address = addressOfMemory(this.#headers)
    this.#buffersAddress = addressOfMemory(this.#buffers)
    this.#controlsAddress = addressOfMemory(this.#controls)
    for (let header = 0; header < count; header += 1) {
      this.setRun(header, header, 1)
      const control = header * CONTROL_WORDS
      this.#controls[control] = CONTROL_BYTES
      this.#controls[control + CONTROL_LEVEL] = SOL_UDP
      this.#controls[control + CONTROL_TYPE] = UDP_SEGMENT
      const address = this.#controlsAddress + control * 4
      this.#setAddress(this.#headers, header * HEADER_WORDS + CONTROL, address)
    }
  }

  /** The buffers of a header: so many from this one. */
  setRun(header: number, buffer: number, count: number): void {
    const word = header * HEADER_WORDS
    const address = this.#buffersAddress + buffer * BUFFER_WORDS * 4
    this.#setAddress(this.#headers, word + BUFFERS, address)
    this.#headers[word + BUFFER_COUNT] = count
  }

  /** What a header holds leaves as datagrams of so many bytes; 0: as one. */
  setSegment(header: number, bytes: number): void {
    this.#controls[header * CONTROL_WORDS + CONTROL_VALUE] = bytes
    this.#headers[header * HEADER_WORDS + CONTROL_LENGTH] = bytes > 0 ? CONTROL_WORDS * 4 : 0
  }

  /** Where control data of a header are received, and how many there may be. */
  setControl(header: number, address: number, length: number): void {
    this.#setAddress(this.#headers, header * HEADER_WORDS + CONTROL, address)
    this.#headers[header * HEADER_WORDS + CONTROL_LENGTH] = length
  }

  /** Bytes of control data that were received. */
  controlLength(header: number): number {
    return this.#headers[header * HEADER_WORDS + CONTROL_LENGTH]!
  }

  setName(header: number, address: number, length: number): void {
    this.#setAddress(this.#headers, header * HEADER_WORDS + NAME, address)
    this.#headers[header * HEADER_WORDS + NAME_LENGTH] = length
  }

  setNameLength(header: number, length: number): void {
    this.#headers[header * HEADER_WORDS + NAME_LENGTH] = length
  }

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
