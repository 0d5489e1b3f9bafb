import type { Clock } from '@duet/base'
import type { Packet } from '@duet/datagrams'

/** When packets came. The clock is read once for those that came in one moment. */
export class PacketTime {
  readonly #clock: Clock
  #moment = 0
  #now = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Milliseconds since the epoch. */
  of(packet: Packet): number {
    if (packet.moment !== this.#moment) {
      this.#moment = packet.moment
      this.#now = this.#clock.now()
    }
    return this.#now
  }
}
