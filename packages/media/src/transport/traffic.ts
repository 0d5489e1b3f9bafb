/** Reasons that are told apart; others than these count together. */
const MAX_REASONS = 32

/** Totals of one server. */
export class Traffic {
  receivedPackets = 0
  receivedBytes = 0
  sentPackets = 0
  sentBytes = 0
  readonly #dropped = new Map<string, number>()

  /** A packet was dropped. */
  drop(reason: string): void {
    const isKnown = this.#dropped.has(reason) || this.#dropped.size < MAX_REASONS
    const name = isKnown ? reason : 'other'
    this.#dropped.set(name, (this.#dropped.get(name) ?? 0) + 1)
  }

  /** Packets that were dropped, by reason. */
  get dropped(): Record<string, number> {
    return Object.fromEntries(this.#dropped)
  }
}
