import { copyBytes } from '@duet/datagrams'
import type { Incoming } from './incoming.ts'

/** Packets that one cache can name; a power of two. */
const SLOTS = 1024
const MASK = SLOTS - 1
/**
 * A slot's words: sequence number with the length above it, where the packet was written, where its
 * payload begins with its end above it, and when it came.
 */
const SLOT_WORDS = 4
const [POSITION, PAYLOAD, TIME] = [1, 2, 3]
const UPPER_SHIFT = 16
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
 * The last packets of one track, for players that lost some and for readers. One ring of bytes, which grows with
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
  /** When the last packet came. */
  #nowMs = 0
  /** When the last packet was written to each stretch of the ring. */
  readonly #times = new Float64Array(STRETCHES).fill(-Infinity)

  constructor(options: PacketCacheOptions) {
    this.#options = options
  }

  /** Where packets that were found stand. */
  get bytes(): Uint8Array {
    return this.#ring
  }

  /** Keeps a packet. `payloadEnd`: where its padding begins. */
  store(sequence: number, packet: Incoming, payloadEnd: number): void {
    const { bytes, length, headerBytes, nowMs } = packet
    if (length > MAX_PACKET_BYTES) return
    this.#nowMs = nowMs
    while (this.#offset + length > this.#free) this.#makeRoom(nowMs)
    copyBytes(bytes, 0, length, this.#ring, this.#offset)
    const slot = slotOf(sequence)
    this.#slots[slot] = sequence | (length << UPPER_SHIFT)
    this.#slots[slot + POSITION] = this.#written
    this.#slots[slot + PAYLOAD] = headerBytes | (payloadEnd << UPPER_SHIFT)
    this.#slots[slot + TIME] = nowMs
    this.#written = (this.#written + length) | 0
    this.#offset += length
  }

  /** Offset of a packet in `bytes`; -1: it is not there any more. */
  find(sequence: number): number {
    const slot = slotOf(sequence)
    const length = this.#slots[slot]! >>> UPPER_SHIFT
    if (length === 0 || (this.#slots[slot]! & 0xffff) !== sequence) return -1
    const position = this.#slots[slot + POSITION]!
    const size = this.#ring.length
    return (this.#written - position) >>> 0 <= size ? position & (size - 1) : -1
  }

  /** Length of a packet that was found. */
  lengthOf(sequence: number): number {
    return this.#slots[slotOf(sequence)]! >>> UPPER_SHIFT
  }

  /** Where the payload begins in a packet that was found. */
  payloadStart(sequence: number): number {
    return this.#slots[slotOf(sequence) + PAYLOAD]! & 0xffff
  }

  /** Where the payload ends in a packet that was found. */
  payloadEnd(sequence: number): number {
    return this.#slots[slotOf(sequence) + PAYLOAD]! >>> UPPER_SHIFT
  }

  /** When a packet that was found came: of that time 32 bits are kept, which is more than three weeks. */
  arrivedMs(sequence: number): number {
    return this.#nowMs - ((this.#nowMs - this.#slots[slotOf(sequence) + TIME]!) | 0)
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
      const position = (this.#slots[slot + POSITION]! - start) | 0
      this.#slots[slot + POSITION] = position
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

function slotOf(sequence: number): number {
  return (sequence & MASK) * SLOT_WORDS
}
