import { hasMarker, sequenceOf, timestampOf } from '../rtp/rtp-packet.ts'
import { sequenceDifference } from '../rtp/sequence.ts'
import type { Incoming } from '../router/incoming.ts'

/** Packets that it knows, a power of two. */
const SLOTS = 1024
const MASK = SLOTS - 1
/** Packets between the next in order and the highest; with more, the next one is given up. */
const MAX_AHEAD = 512

/**
 * Puts a track's packets in order by their numbers. It keeps where their payloads are; the bytes stay
 * in the producer's cache.
 */
export class PacketWindow {
  readonly #sequences = new Int32Array(SLOTS).fill(-1)
  readonly #starts = new Uint16Array(SLOTS)
  readonly #ends = new Uint16Array(SLOTS)
  readonly #timestamps = new Uint32Array(SLOTS)
  readonly #flags = new Uint8Array(SLOTS)
  readonly #times = new Float64Array(SLOTS)
  /** The next one in order; -1 before the first packet. */
  #next = -1
  #highest = -1
  /** When the first packet behind a hole came; undefined: it was not looked for. */
  #holeSince: number | undefined

  /** Keeps a packet that is not too late. The first one is the next in order. */
  add(packet: Incoming, payloadEnd: number): void {
    const { bytes } = packet
    const sequence = sequenceOf(bytes)
    if (this.#next < 0) {
      this.#next = sequence
      this.#highest = sequence
    }
    if (sequenceDifference(sequence, this.#next) < 0) return
    const slot = sequence & MASK
    this.#sequences[slot] = sequence
    this.#starts[slot] = packet.headerBytes
    this.#ends[slot] = payloadEnd
    this.#timestamps[slot] = timestampOf(bytes)
    this.#flags[slot] = (hasMarker(bytes) ? 1 : 0) | (packet.isKeyFrame ? 2 : 0)
    this.#times[slot] = packet.nowMs
    if (sequenceDifference(sequence, this.#highest) > 0) this.#highest = sequence
  }

  has(sequence: number): boolean {
    return this.#sequences[sequence & MASK] === sequence
  }

  /** Where its payload begins in the packet. */
  start(sequence: number): number {
    return this.#starts[sequence & MASK]!
  }

  /** Where its payload ends in the packet. */
  end(sequence: number): number {
    return this.#ends[sequence & MASK]!
  }

  timestamp(sequence: number): number {
    return this.#timestamps[sequence & MASK]!
  }

  hasMarker(sequence: number): boolean {
    return (this.#flags[sequence & MASK]! & 1) !== 0
  }

  /** Whether a key frame may begin with it. */
  isKeyFrame(sequence: number): boolean {
    return (this.#flags[sequence & MASK]! & 2) !== 0
  }

  /** The number of the next packet in order, once for each; -1: it is not there. */
  take(): number {
    const next = this.#next
    if (next < 0 || !this.has(next)) return -1
    this.#next = (next + 1) & 0xffff
    this.#holeSince = undefined
    return next
  }

  /**
   * Goes on behind a hole for which more than `maxWaitMs` was waited, or behind which there is too
   * much; false when there is none. With `take` returning -1.
   */
  skipHole(nowMs: number, maxWaitMs: number): boolean {
    const ahead = sequenceDifference(this.#highest, this.#next)
    if (this.#next < 0 || ahead < 0) return false
    this.#holeSince ??= this.#times[this.#behindHole() & MASK]!
    if (nowMs - this.#holeSince < maxWaitMs && ahead < MAX_AHEAD) return false
    this.#next = this.#behindHole()
    this.#holeSince = undefined
    return true
  }

  clear(): void {
    this.#sequences.fill(-1)
    this.#next = -1
    this.#highest = -1
    this.#holeSince = undefined
  }

  #behindHole(): number {
    let sequence = this.#next
    while (sequence !== this.#highest && !this.has(sequence)) sequence = (sequence + 1) & 0xffff
    return sequence
  }
}
