/** How long datagrams are counted until their rate is known, in milliseconds. */
const WINDOW_MS = 10
/** With fewer datagrams per millisecond a batch would hold one; with more it is full anyhow. */
const [LOWEST, HIGHEST] = [2, 64]
/** Nobody notices half a millisecond in a call, nor in anything else that the process does. */
const WAIT_MICROS = 500

/**
 * How long to wait before what came is read, so that many datagrams pass with one system call: each
 * time that a process is woken costs as much as several datagrams.
 */
export class Pace {
  #count = 0
  #sinceMs = 0
  #perMs = 0

  /** One more datagram was received. */
  add(): void {
    this.#count += 1
  }

  /** Microseconds to wait now; 0: few come, or so many that none need be waited for. */
  waitMicros(nowMs: number): number {
    const passedMs = nowMs - this.#sinceMs
    if (passedMs >= WINDOW_MS) {
      this.#perMs = this.#count / passedMs
      this.#count = 0
      this.#sinceMs = nowMs
    }
    return this.#perMs >= LOWEST && this.#perMs <= HIGHEST ? WAIT_MICROS : 0
  }
}
