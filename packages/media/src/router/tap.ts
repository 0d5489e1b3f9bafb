import type { ClockMapping } from './producer.ts'

/** Reads what a producer keeps in its cache, inside the server. */
export interface Tap {
  /** Packets came that the cache may not keep until they are read by turns. */
  read(nowMs: number): void
  /** The publisher said how its clock runs. */
  handleClock(clock: ClockMapping): void
  /**
   * The numbers of the producer begin anew, and its cache is cleared afterwards. `last`: the newest
   * packet of before; -1: there was none.
   */
  restart(last: number): void
}
