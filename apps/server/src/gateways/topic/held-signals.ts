import { MAX_KEPT_CANDIDATES } from '@duet/protocol'
import type { Signal } from '@duet/rules'

/** An offer of another dialect, and its candidates, for a page that has no media yet. Bounded. */
export class HeldSignals {
  #frames: string[] = []

  /** Keeps a signal, written as `frame`; a newer offer takes the place of what was kept. */
  add(signal: Signal, frame: string): void {
    if (signal.type === 'description') {
      if (signal.description.type === 'offer') this.#frames = [frame]
      return
    }
    if (this.#frames.length === 0 || this.#frames.length > MAX_KEPT_CANDIDATES) return
    this.#frames.push(frame)
  }

  /** Gives them away, in order. */
  take(): string[] {
    const frames = this.#frames
    this.#frames = []
    return frames
  }
}
