import { SsrcMap } from '../rtp/ssrc-map.ts'
import { ReplayWindow } from './replay-window.ts'

/** The sources of one session and direction, by SSRC. */
export class Sources extends SsrcMap<ReplayWindow> {
  readonly #limit: number
  #packets = 0

  constructor(limit: number) {
    super()
    this.#limit = limit
  }

  get isFull(): boolean {
    return this.size >= this.#limit
  }

  /** Adds a source; a full table forgets the one that was silent for the longest time. */
  add(ssrc: number): ReplayWindow {
    if (this.isFull) this.#evict()
    const window = new ReplayWindow()
    this.set(ssrc, window)
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
    for (const [ssrc, window] of this.entries()) {
      if (window.usedAt < usedAt) {
        oldest = ssrc
        usedAt = window.usedAt
      }
    }
    this.delete(oldest)
  }
}
