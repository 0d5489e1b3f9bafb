/** How long datagrams are counted until their rate is known, in milliseconds. */
const WINDOW_MS = 10
/** With fewer datagrams per millisecond a batch would hold one. */
const LOWEST_PER_MS = 2
/** Nobody notices half a millisecond in a call, nor in anything else that the process does. */
const MOST_MICROS = 500
/** So many datagrams are a good batch: more are not waited for. */
const GOOD_BATCH = 32
/** What a datagram takes up while it waits (truesize), and as much again for bursts. */
const WAITING_BYTES = 2 * 2304

/**
 * How long to wait before what came is read, so that many datagrams pass with one system call: each
 * time that a process is woken costs as much as several datagrams.
 */
export class Pace {
  #count = 0
  #sinceMs = 0
  #perMs = 0
  #batch = GOOD_BATCH

  /** So many bytes may wait at a socket, in the system's own way of counting. */
  limit(receiveBytes: number): void {
    this.#batch = Math.min(this.#batch, Math.floor(receiveBytes / WAITING_BYTES))
  }

  /** So many more datagrams were received. */
  add(count: number): void {
    this.#count += count
  }

  /** Microseconds to wait now for a good batch; 0: so few come that none need be waited for. */
  waitMicros(nowMs: number): number {
    const passedMs = nowMs - this.#sinceMs
    if (passedMs >= WINDOW_MS) {
      this.#perMs = this.#count / passedMs
      this.#count = 0
      this.#sinceMs = nowMs
    }
    if (this.#perMs < LOWEST_PER_MS) return 0
    return Math.min(MOST_MICROS, Math.round((1000 * this.#batch) / this.#perMs))
  }

  /** Whether so many at once need not be waited for. */
  isGood(batch: number): boolean {
    return batch >= this.#batch
  }
}
