import { REPLAY_WINDOW_PACKETS } from './limits.ts'

const MASK = REPLAY_WINDOW_PACKETS - 1
const WORDS = REPLAY_WINDOW_PACKETS / 32

/** Which of the latest packets of a source were there already (RFC 3711 §3.3.2). */
export class ReplayWindow {
  /** The highest index that was there; -1: none. */
  highest = -1
  /** For `Sources`: when it was last used, in packets. */
  usedAt = 0
  /** A bit for each of the latest indices, by its lowest bits. */
  readonly #seen = new Int32Array(WORDS)

  /** Whether a packet with this index may come: it is new and not too old to tell. */
  accepts(index: number): boolean {
    if (index > this.highest) return true
    if (index < 0 || this.highest - index >= REPLAY_WINDOW_PACKETS) return false
    const slot = index & MASK
    return ((this.#seen[slot >> 5] ?? 0) & (1 << (slot & 31))) === 0
  }

  /** Remembers a packet that was accepted and is authentic. */
  mark(index: number): void {
    const ahead = index - this.highest
    if (ahead > 0) {
      if (ahead >= REPLAY_WINDOW_PACKETS) this.#seen.fill(0)
      else if (ahead > 1) this.#forget(this.highest + 1, index)
      this.highest = index
    }
    const slot = index & MASK
    const bit = 1 << (slot & 31)
    this.#seen[slot >> 5] = (this.#seen[slot >> 5] ?? 0) | bit
  }

  /** Clears the bits that stood for indices a whole window before. */
  #forget(from: number, to: number): void {
    for (let index = from; index < to; index += 1) {
      const slot = index & MASK
      this.#seen[slot >> 5] = (this.#seen[slot >> 5] ?? 0) & ~(1 << (slot & 31))
    }
  }
}
