import { copyBytes } from '@duet/datagrams'

/** Packets that one cache can name; a power of two. */
const SLOTS = 1024
const MASK = SLOTS - 1
const FIRST_BYTES = 32_768

export interface PacketCacheOptions {
  /** Bytes at most. */
  maxBytes: number
  /** It grows until it holds so much of the stream, in milliseconds. */
  keptMs: number
}

/**
 * The last packets of one track, for players that lost some. One ring of bytes, which grows with
 * the bitrate of the track up to its bound.
 */
export class PacketCache {
  readonly #options: PacketCacheOptions
  #ring = new Uint8Array(FIRST_BYTES)
  /** Bytes written since the start, those skipped at the end of the ring included. */
  #written = 0
  readonly #sequences = new Int32Array(SLOTS).fill(-1)
  readonly #positions = new Float64Array(SLOTS)
  readonly #lengths = new Uint16Array(SLOTS)
  readonly #times = new Float64Array(SLOTS)
  /** Of the oldest packet that is likely still there. */
  #oldest = -1

  constructor(options: PacketCacheOptions) {
    this.#options = options
  }

  /** Where packets that were found stand. */
  get bytes(): Uint8Array {
    return this.#ring
  }

  /** Keeps the first `length` bytes of `packet`. */
  store(sequence: number, packet: Uint8Array, length: number, nowMs: number): void {
    if (length > FIRST_BYTES) return
    this.#growFor(nowMs)
    const size = this.#ring.length
    let offset = this.#written % size
    if (offset + length > size) {
      this.#written += size - offset
      offset = 0
    }
    const ring = this.#ring
    copyBytes(packet, 0, length, ring, offset)
    const slot = sequence & MASK
    this.#sequences[slot] = sequence
    this.#positions[slot] = this.#written
    this.#lengths[slot] = length
    this.#times[slot] = nowMs
    this.#written += length
    if (this.#oldest < 0) this.#oldest = sequence
  }

  /** Offset of a packet in `bytes`; -1: it is not there any more. */
  find(sequence: number): number {
    const slot = sequence & MASK
    if (this.#sequences[slot] !== sequence) return -1
    const position = this.#positions[slot]!
    return position < this.#written - this.#ring.length ? -1 : position % this.#ring.length
  }

  /** Length of a packet that was found. */
  lengthOf(sequence: number): number {
    return this.#lengths[sequence & MASK]!
  }

  /** Nothing is kept any more. */
  clear(): void {
    this.#sequences.fill(-1)
    this.#oldest = -1
    this.#written = 0
  }

  /** Doubles the ring when what is about to be overwritten is younger than what is to be kept. */
  #growFor(nowMs: number): void {
    const size = this.#ring.length
    if (this.#written < size || size >= this.#options.maxBytes) return
    // Some between are missing: they were lost.
    for (let step = 0; step < SLOTS && this.find(this.#oldest) < 0; step += 1) {
      this.#oldest = (this.#oldest + 1) & 0xffff
    }
    if (this.find(this.#oldest) < 0) return this.clear()
    if (nowMs - this.#times[this.#oldest & MASK]! >= this.#options.keptMs) return
    this.#grow(Math.min(size * 2, this.#options.maxBytes))
  }

  /** What is kept stands at the beginning of the larger ring, the oldest first. */
  #grow(size: number): void {
    const ring = this.#ring
    const start = this.#written % ring.length
    const larger = new Uint8Array(size)
    larger.set(ring.subarray(start))
    larger.set(ring.subarray(0, start), ring.length - start)
    const moved = this.#written - ring.length
    for (let slot = 0; slot < SLOTS; slot += 1) {
      this.#positions[slot]! -= moved
      if (this.#positions[slot]! < 0) this.#sequences[slot] = -1
    }
    this.#ring = larger
    this.#written = ring.length
  }
}
