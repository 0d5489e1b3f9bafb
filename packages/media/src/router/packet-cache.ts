import { copyBytes } from '@duet/datagrams'

/** Packets that one cache can name; a power of two. */
const SLOTS = 1024
const MASK = SLOTS - 1
/** A slot's words: sequence number with the length above it, and where the packet was written. */
const SLOT_WORDS = 2
const LENGTH_SHIFT = 16
const FIRST_BYTES = 8_192
/** No packet is longer; it has to fit into the smallest ring. */
const MAX_PACKET_BYTES = 4_096
/** It is looked so often on the way around the ring how old what lies ahead is. */
const STRETCHES = 8

export interface PacketCacheOptions {
  /** Bytes at most: the power of two that is not more. */
  maxBytes: number
  /** Nothing that is younger, in milliseconds, is overwritten as long as the ring may grow. */
  keptMs: number
}

/**
 * The last packets of one track, for players that lost some. One ring of bytes, which grows with
 * the bitrate of the track up to its bound. Of hundreds of tracks each packet finds these bytes out of
 * the processor's caches, so there are few of them, and side by side.
 */
export class PacketCache {
  readonly #options: PacketCacheOptions
  #ring = new Uint8Array(FIRST_BYTES)
  /** Bytes written since the start, those skipped at the end of the ring included; wraps at 32 bits. */
  #written = 0
  /** Where in the ring that is: at its end when it is full. */
  #offset = 0
  /** Up to where it may be written. */
  #free = 0
  readonly #slots = new Int32Array(SLOTS * SLOT_WORDS)
  /** When the last packet was written to each stretch of the ring. */
  readonly #times = new Float64Array(STRETCHES).fill(-Infinity)

  constructor(options: PacketCacheOptions) {
    this.#options = options
  }

  /** Where packets that were found stand. */
  get bytes(): Uint8Array {
    return this.#ring
  }

  /** Keeps the first `length` bytes of `packet`. */
  store(sequence: number, packet: Uint8Array, length: number, nowMs: number): void {
    if (length > MAX_PACKET_BYTES) return
    while (this.#offset + length > this.#free) this.#makeRoom(nowMs)
    copyBytes(packet, 0, length, this.#ring, this.#offset)
    const slot = (sequence & MASK) * SLOT_WORDS
    this.#slots[slot] = sequence | (length << LENGTH_SHIFT)
    this.#slots[slot + 1] = this.#written
    this.#written = (this.#written + length) | 0
    this.#offset += length
  }

  /** Offset of a packet in `bytes`; -1: it is not there any more. */
  find(sequence: number): number {
    const slot = (sequence & MASK) * SLOT_WORDS
    const length = this.#slots[slot]! >>> LENGTH_SHIFT
    if (length === 0 || (this.#slots[slot]! & 0xffff) !== sequence) return -1
    const position = this.#slots[slot + 1]!
    const size = this.#ring.length
    return (this.#written - position) >>> 0 <= size ? position & (size - 1) : -1
  }

  /** Length of a packet that was found. */
  lengthOf(sequence: number): number {
    return this.#slots[(sequence & MASK) * SLOT_WORDS]! >>> LENGTH_SHIFT
  }

  /** Nothing is kept any more. */
  clear(): void {
    this.#slots.fill(0)
    this.#times.fill(-Infinity)
    this.#written = this.#offset = this.#free = 0
  }

  /** Frees the next stretch of the ring, or doubles the ring when what is there is too young. */
  #makeRoom(nowMs: number): void {
    const { maxBytes, keptMs } = this.#options
    const size = this.#ring.length
    const stretch = size / STRETCHES
    if (this.#free > 0) this.#times[this.#free / stretch - 1] = nowMs
    const next = this.#free === size ? 0 : this.#free
    const isYoung = nowMs - this.#times[next / stretch]! < keptMs
    if (isYoung && size * 2 <= maxBytes) return this.#grow(nowMs)
    if (this.#free === size) {
      this.#written = (this.#written + size - this.#offset) | 0
      this.#offset = 0
    }
    this.#free = next + stretch
  }

  /** What is kept stands at the beginning of the larger ring, the oldest first. */
  #grow(nowMs: number): void {
    const size = this.#ring.length
    const offset = this.#offset % size
    const larger = new Uint8Array(size * 2)
    larger.set(this.#ring.subarray(offset))
    larger.set(this.#ring.subarray(0, offset), size - offset)
    const start = this.#written - size
    for (let slot = 0; slot < this.#slots.length; slot += SLOT_WORDS) {
      const position = (this.#slots[slot + 1]! - start) | 0
      this.#slots[slot + 1] = position
      // It was overwritten before.
      if (position < 0) this.#slots[slot] = 0
    }
    const first = Math.floor(offset / (size / STRETCHES))
    const times = this.#times.slice()
    this.#times.fill(-Infinity)
    for (let half = 0; half < STRETCHES / 2; half += 1) {
      // Each new one holds two of before and the beginning of a third one.
      this.#times[half] = times[(first + 2 * half + 2) % STRETCHES]!
    }
    this.#times[STRETCHES / 2 - 1] = nowMs
    this.#ring = larger
    this.#written = this.#offset = this.#free = size
  }
}
