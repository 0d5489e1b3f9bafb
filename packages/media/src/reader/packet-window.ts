import { sequenceDifference } from '../rtp/sequence.ts'
import type { PacketCache } from '../router/packet-cache.ts'

/** Packets between the next in order and the highest; with more, the next one is given up. */
const MAX_AHEAD = 512

/** Goes through the packets that a cache keeps, in the order of their numbers. */
export class PacketWindow {
  readonly #cache: PacketCache
  /** The newest packet of before, with which it does not begin; -1: there was none. */
  #before: number
  /** The next one in order; -1 before the first one. */
  #next = -1
  /** The newest that may be there; -1: none is. */
  #highest: number
  /** When the first packet behind a hole came; undefined: it was not looked for. */
  #holeSince: number | undefined

  /** It begins behind `highest`, the newest packet of now; -1: there is none. */
  constructor(cache: PacketCache, highest: number) {
    this.#cache = cache
    this.#before = highest
    this.#highest = highest
  }

  /** The newest packet, or -1; whether it is another one than before. */
  see(highest: number): boolean {
    if (highest === this.#highest) return false
    this.#highest = highest
    return true
  }

  /** Whether it waits for a packet: there are others behind it. With `take` returning -1. */
  get hasHole(): boolean {
    return this.#highest >= 0 && this.#next >= 0 && this.#ahead >= 0
  }

  /** The number of the next packet in order, once for each; -1: it is not there. */
  take(): number {
    if (this.#next < 0) this.#begin()
    const next = this.#next
    if (next < 0 || this.#cache.find(next) < 0) return -1
    this.#next = (next + 1) & 0xffff
    this.#holeSince = undefined
    return next
  }

  /**
   * Goes on behind a hole for which `maxWaitMs` was waited, or behind which there is too much; false
   * when there is none. With `take` returning -1.
   */
  skipHole(nowMs: number, maxWaitMs: number): boolean {
    if (!this.hasHole) return false
    this.#holeSince ??= this.#arrivedBehindHole(nowMs)
    if (nowMs - this.#holeSince < maxWaitMs && this.#ahead < MAX_AHEAD) return false
    this.#next = this.#behindHole()
    this.#holeSince = undefined
    return true
  }

  /** The numbers begin anew: the first packet that is seen is the next one. */
  clear(): void {
    this.#before = this.#next = this.#highest = -1
    this.#holeSince = undefined
  }

  get #ahead(): number {
    return sequenceDifference(this.#highest, this.#next)
  }

  /** With the first one that is there. */
  #begin(): void {
    const highest = this.#highest
    if (highest < 0) return
    for (let back = 0; back < MAX_AHEAD; back += 1) {
      const sequence = (highest - back) & 0xffff
      if (sequence === this.#before) return
      if (this.#cache.find(sequence) >= 0) this.#next = sequence
    }
  }

  #arrivedBehindHole(nowMs: number): number {
    const behind = this.#behindHole()
    return this.#cache.find(behind) < 0 ? nowMs : this.#cache.arrivedMs(behind)
  }

  /** The first one that is there, or the one after the highest. */
  #behindHole(): number {
    let sequence = this.#next
    const end = (this.#highest + 1) & 0xffff
    while (sequence !== end && this.#cache.find(sequence) < 0) sequence = (sequence + 1) & 0xffff
    return sequence
  }
}
