import { hasMarker, sequenceOf, timestampOf } from '../rtp/rtp-packet.ts'
import { sequenceDifference } from '../rtp/sequence.ts'
import type { Incoming } from '../router/incoming.ts'

/** Packets that it knows, a power of two. */
const SLOTS = 1024
const MASK = SLOTS - 1
/** Packets between the next in order and the highest; with more, the next one is given up. */
const MAX_AHEAD = 512
/**
 * Words of a packet, side by side, as memory far away costs more than what is done with it: its
 * number with flags, where its payload begins and ends, its timestamp, and when it came.
 */
const WORDS = 4
const [SPAN, TIMESTAMP, TIME] = [1, 2, 3]
const MARKER = 0x1_0000
const KEY_FRAME = 0x2_0000

/**
 * Puts a track's packets in order by their numbers. It keeps where their payloads are; the bytes stay
 * in the producer's cache.
 */
export class PacketWindow {
  readonly #words = new Int32Array(WORDS * SLOTS).fill(-1)
  /** The next one in order; -1 before the first packet. */
  #next = -1
  #highest = -1
  /** When the first packet behind a hole came, in 32 bits; undefined: it was not looked for. */
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
    const words = this.#words
    const at = indexOf(sequence)
    words[at] = sequence | (hasMarker(bytes) ? MARKER : 0) | (packet.isKeyFrame ? KEY_FRAME : 0)
    words[at + SPAN] = packet.headerBytes | (payloadEnd << 16)
    words[at + TIMESTAMP] = timestampOf(bytes)
    words[at + TIME] = packet.nowMs
    if (sequenceDifference(sequence, this.#highest) > 0) this.#highest = sequence
  }

  has(sequence: number): boolean {
    const word = this.#words[indexOf(sequence)]!
    return word >= 0 && (word & 0xffff) === sequence
  }

  /** Where its payload begins in the packet. */
  start(sequence: number): number {
    return this.#words[indexOf(sequence) + SPAN]! & 0xffff
  }

  /** Where its payload ends in the packet. */
  end(sequence: number): number {
    return this.#words[indexOf(sequence) + SPAN]! >>> 16
  }

  timestamp(sequence: number): number {
    return this.#words[indexOf(sequence) + TIMESTAMP]! >>> 0
  }

  hasMarker(sequence: number): boolean {
    return (this.#words[indexOf(sequence)]! & MARKER) !== 0
  }

  /** Whether a key frame may begin with it. */
  isKeyFrame(sequence: number): boolean {
    return (this.#words[indexOf(sequence)]! & KEY_FRAME) !== 0
  }

  /** Whether it waits for a packet: there are others behind it. With `take` returning -1. */
  get hasHole(): boolean {
    return this.#next >= 0 && sequenceDifference(this.#highest, this.#next) >= 0
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
    if (!this.hasHole) return false
    const ahead = sequenceDifference(this.#highest, this.#next)
    this.#holeSince ??= this.#words[indexOf(this.#behindHole()) + TIME]!
    if (((nowMs - this.#holeSince) | 0) < maxWaitMs && ahead < MAX_AHEAD) return false
    this.#next = this.#behindHole()
    this.#holeSince = undefined
    return true
  }

  clear(): void {
    this.#words.fill(-1)
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

function indexOf(sequence: number): number {
  return WORDS * (sequence & MASK)
}
