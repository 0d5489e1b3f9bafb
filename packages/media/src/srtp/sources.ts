import { ReplayWindow } from './replay-window.ts'

/** The sources of one session and direction, by SSRC. */
export class Sources {
  readonly #limit: number
  readonly #windows = new Map<number, ReplayWindow>()
  #lastSsrc = 0
  #last: ReplayWindow | undefined
  #packets = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get size(): number {
    return this.#windows.size
  }

  get isFull(): boolean {
    return this.#windows.size >= this.#limit
  }

  /** The source of this SSRC, which is taken as 32 bits with a sign: such keys are the quickest. */
  find(ssrc: number): ReplayWindow | undefined {
    if (this.#last !== undefined && ssrc === this.#lastSsrc) return this.#last
    const found = this.#windows.get(ssrc)
    if (found !== undefined) {
      this.#last = found
      this.#lastSsrc = ssrc
    }
    return found
  }

  /** Adds a source; a full table forgets the one that was silent for the longest time. */
  add(ssrc: number): ReplayWindow {
    if (this.isFull) this.#evict()
    const window = new ReplayWindow()
    this.#windows.set(ssrc, window)
    return window
  }

  /** Remembers a packet of `window` that is authentic. */
  mark(window: ReplayWindow, index: number): void {
    this.#packets += 1
    window.usedAt = this.#packets
    window.mark(index)
  }

  #evict(): void {
    let oldest = 0
    let usedAt = Number.POSITIVE_INFINITY
    for (const [ssrc, window] of this.#windows) {
      if (window.usedAt < usedAt) {
        oldest = ssrc
        usedAt = window.usedAt
      }
    }
    this.#windows.delete(oldest)
    this.#last = undefined
  }
}
