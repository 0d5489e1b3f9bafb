import { MAX_KEPT_CANDIDATES } from '@duet/protocol'
import type { Signal } from '@duet/rules'
import { originalText } from './translate.ts'

/** Signals that wait for the other one: an offer, its candidates, and as many of a second try. */
export const MAX_HELD_SIGNALS = 2 * (1 + MAX_KEPT_CANDIDATES)

/** UTF-16 units of what they say. */
export const MAX_HELD_LENGTH = 1024 * 1024

/** What was said before the other one is there, in order; bounded, and the rest is dropped. */
export class HeldSignals {
  #signals: Signal[] = []
  #length = 0

  get hasOffer(): boolean {
    return this.#signals.some((signal) => originalText(signal)?.method === 'Message/Offer')
  }

  add(signal: Signal): void {
    const length = originalText(signal)?.dataText.length ?? 0
    if (this.#signals.length >= MAX_HELD_SIGNALS || this.#length + length > MAX_HELD_LENGTH) return
    this.#signals.push(signal)
    this.#length += length
  }

  /** Gives them away. */
  take(): Signal[] {
    const signals = this.#signals
    this.#signals = []
    this.#length = 0
    return signals
  }
}
