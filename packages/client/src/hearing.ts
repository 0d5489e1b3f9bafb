import type { CancelTimer, Clock } from '@duet/base'

/** Silence this long, while the peer's connection to the server is lost, is worth telling. */
const TELL_AFTER_MS = 3_000

/**
 * Tells the server whether a peer that it lost is still heard: a seat whose owner nobody
 * hears may go to a newcomer (docs/protocol.md, R8 and R9).
 */
export class Hearing {
  readonly #clock: Clock
  readonly #tell: (hears: boolean) => void
  #isAway = false
  #isHeard = false
  /** What the server believes: a peer begins as heard. */
  #told = true
  #cancel: CancelTimer = () => {}

  constructor(clock: Clock, tell: (hears: boolean) => void) {
    this.#clock = clock
    this.#tell = tell
  }

  /** The server lost, or found, the peer. */
  setAway(isAway: boolean): void {
    this.#isAway = isAway
    // A peer that comes back begins as heard, on the server too.
    if (!isAway) this.#told = true
    this.#judge()
  }

  /** Something is, or nothing is, heard from the peer itself. */
  setHeard(isHeard: boolean): void {
    this.#isHeard = isHeard
    this.#judge()
  }

  /** Another peer, or none. */
  reset(): void {
    this.#cancel()
    this.#isAway = false
    this.#isHeard = false
    this.#told = true
  }

  #judge(): void {
    this.#cancel()
    if (!this.#isAway || this.#isHeard === this.#told) return
    this.#cancel = this.#clock.after(this.#isHeard ? 0 : TELL_AFTER_MS, () => {
      this.#told = this.#isHeard
      this.#tell(this.#isHeard)
    })
  }
}
