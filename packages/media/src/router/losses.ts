import { sequenceDifference } from '../rtp/sequence.ts'

/** Packets that overtake each other come within this time. */
const REORDERING_MS = 10
/** A packet that was asked for is asked for again after this time. */
const RETRY_MS = 50
const MAX_TRIES = 10
/** More missing at once is no loss to be mended, but an interruption. */
const MAX_MISSING = 256
const WINDOW = 1024
const MASK = WINDOW - 1

interface Missing {
  dueAt: number
  tries: number
}

/**
 * What a packet is to the track that it belongs to. jump: its number has nothing to do with those
 * before. stale: it was sent again, though nobody could miss it.
 */
export type Arrival = 'next' | 'late' | 'duplicate' | 'jump' | 'stale'

/** Which packets of a track are missing and must be asked for (RFC 4585 §6.2.1). */
export class Losses {
  #highest = -1
  readonly #missing = new Map<number, Missing>()
  /** Told apart from the map: it is asked for each packet. */
  #hasMissing = false
  /** The sequence number that came last in each slot; -1: none. */
  readonly #seen = new Int32Array(WINDOW).fill(-1)

  get hasMissing(): boolean {
    return this.#hasMissing
  }

  /** The newest packet that came; -1: none did. */
  get highest(): number {
    return this.#highest
  }

  isMissing(sequence: number): boolean {
    return this.#missing.has(sequence)
  }

  /** A packet came: on time, later than one that was sent after it, or again. */
  receive(sequence: number, nowMs: number): Arrival {
    const distance = this.#highest < 0 ? 1 : sequenceDifference(sequence, this.#highest)
    // What is newer than all others did not come before.
    if (distance <= 0 && this.#seen[sequence & MASK] === sequence) return 'duplicate'
    const isJump = distance <= -WINDOW || distance > WINDOW
    if (isJump) this.restart()
    else if (distance < 0) {
      this.#seen[sequence & MASK] = sequence
      this.#missing.delete(sequence)
      this.#hasMissing = this.#missing.size > 0
      return 'late'
    } else if (distance > 1) this.#miss(distance, nowMs)
    this.#seen[sequence & MASK] = sequence
    this.#highest = sequence
    return isJump ? 'jump' : 'next'
  }

  /** A packet came as a retransmission. Some are only sent to fill the path, however old. */
  receiveRepeated(sequence: number, nowMs: number): Arrival {
    const distance = sequenceDifference(sequence, this.#highest)
    const isNear = this.#highest >= 0 && distance > -WINDOW && distance <= WINDOW
    return isNear ? this.receive(sequence, nowMs) : 'stale'
  }

  /** What is to be asked for now, in order; `onGivenUp` when something will never come. */
  due(nowMs: number, onGivenUp: () => void): number[] {
    const due: number[] = []
    let isGivenUp = false
    for (const [sequence, missing] of this.#missing) {
      if (missing.dueAt > nowMs) continue
      if (missing.tries >= MAX_TRIES) {
        this.#missing.delete(sequence)
        isGivenUp = true
        continue
      }
      missing.tries += 1
      missing.dueAt = nowMs + RETRY_MS
      due.push(sequence)
    }
    this.#hasMissing = this.#missing.size > 0
    if (isGivenUp) onGivenUp()
    return due
  }

  #miss(distance: number, nowMs: number): void {
    for (let step = 1; step < distance; step += 1) {
      const sequence = (this.#highest + step) & 0xffff
      this.#missing.set(sequence, { dueAt: nowMs + REORDERING_MS, tries: 0 })
    }
    while (this.#missing.size > MAX_MISSING) {
      const [first] = this.#missing.keys()
      if (first !== undefined) this.#missing.delete(first)
    }
    this.#hasMissing = true
  }

  /** What comes from now on has nothing to do with what came before. */
  restart(): void {
    this.#highest = -1
    this.#missing.clear()
    this.#hasMissing = false
    this.#seen.fill(-1)
  }
}
