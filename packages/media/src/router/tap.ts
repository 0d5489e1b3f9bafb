import type { Incoming } from './incoming.ts'
import type { ClockMapping } from './producer.ts'

/** Gets what a producer receives, inside the server. */
export interface Tap {
  /**
   * A packet that did not come before, in the order of arrival; it is in the producer's cache.
   * `payloadEnd`: where its padding begins.
   */
  receive(packet: Incoming, payloadEnd: number): void
  /** The publisher said how its clock runs. */
  handleClock(clock: ClockMapping): void
  /** The numbers of the producer begin anew; its cache is cleared afterwards. */
  restart(): void
}
