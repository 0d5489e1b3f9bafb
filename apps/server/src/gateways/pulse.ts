import type { Socket } from '../front/socket.ts'

/** A client that is silent for so many ticks is asked whether it lives. */
const PING_AFTER_TICKS = 5

/** A client that is silent for so many ticks is dead. */
const DEAD_AFTER_TICKS = 10

/** Whether one client of a dialect lives, whose gateway counts the seconds. */
export class Pulse {
  #silentTicks = 0

  /** It gave a sign of life. */
  beat(): void {
    this.#silentTicks = 0
  }

  /**
   * A second has passed. Ticks are counted, not times: when this process itself stood still,
   * nobody is taken for dead.
   */
  tick(socket: Socket): void {
    this.#silentTicks++
    if (this.#silentTicks >= DEAD_AFTER_TICKS) socket.terminate()
    else if (this.#silentTicks === PING_AFTER_TICKS) socket.ping()
  }
}
