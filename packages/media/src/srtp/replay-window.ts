import { REPLAY_WINDOW_PACKETS } from './limits.ts'

const MASK = REPLAY_WINDOW_PACKETS - 1
const WORDS = REPLAY_WINDOW_PACKETS / 32

/** Which of the latest packets of a source were there already (RFC 3711 §3.3.2). */
export class ReplayWindow {
  /** The highest index that was there; -1: none. */
  highest = -1
  /** For `Sources`: when it was last used, in packets. */
  usedAt = 0
  /** The word that the highest index is in, and its bits: packets in order need no other one. */
  #current = 0
  #bits = 0
  /** A bit for each of the latest indices, by its lowest bits; those of the current word are old. */
  readonly #seen = new Int32Array(WORDS)

  /** Whether a packet with this index may come: it is new and not too old to tell. */
  accepts(index: number): boolean {
    if (index > this.highest) return true
    if (index < 0 || this.highest - index >= REPLAY_WINDOW_PACKETS) return false
    const slot = index & MASK
    return (this.#word(slot >> 5) & (1 << (slot & 31))) === 0
  }

  /** Remembers a packet that was accepted and is authentic. */
  mark(index: number): void {
    const ahead = index - this.highest
    const slot = index & MASK
    const word = slot >> 5
    if (ahead > 0) {
      if (ahead >= REPLAY_WINDOW_PACKETS) this.#clear()
      else if (ahead > 1) this.#forget(this.highest + 1, index)
      this.highest = index
      if (word !== this.#current) this.#moveTo(word)
    }
    this.#setWord(word, this.#word(word) | (1 << (slot & 31)))
  }

  #word(word: number): number {
    return word === this.#current ? this.#bits : this.#seen[word]!
  }

  #setWord(word: number, bits: number): void {
    if (word === this.#current) this.#bits = bits
    else this.#seen[word] = bits
  }

  #moveTo(word: number): void {
    this.#seen[this.#current] = this.#bits
    this.#current = word
    this.#bits = this.#seen[word]!
  }

  #clear(): void {
    this.#seen.fill(0)
    this.#bits = 0
  }

  /** Clears the bits that stood for indices a whole window before. */
  #forget(from: number, to: number): void {
    for (let index = from; index < to; index += 1) {
      const slot = index & MASK
      const word = slot >> 5
      this.#setWord(word, this.#word(word) & ~(1 << (slot & 31)))
    }
  }
}
