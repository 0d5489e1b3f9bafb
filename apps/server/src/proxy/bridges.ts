import type { CancelTimer, Clock } from '@duet/base'
import type { Passing } from '../front/proxied.ts'
import type { SocketHandler } from '../front/socket.ts'
import { Bridge } from './bridge.ts'
import { dial } from './dial.ts'
import { MAX_SOCKETS, PING_INTERVAL_MS } from './limits.ts'
import { Slots } from './slots.ts'
import type { UpstreamOptions } from './upstream.ts'

/** All WebSockets that pass, with one timer for all of them. */
export class Bridges {
  readonly slots = new Slots(MAX_SOCKETS)
  readonly #bridges = new Set<Bridge>()
  readonly #clock: Clock
  #cancelChecks: CancelTimer | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** `release` is called once, when all is over. Never rejects. */
  async open(
    passing: Passing,
    options: UpstreamOptions,
    release: () => void,
  ): Promise<SocketHandler | Response> {
    const dialled = await dial(passing, options, release)
    if (dialled instanceof Response) {
      passing.onEnd()
      return dialled
    }
    const bridge = new Bridge(dialled, () => {
      this.#bridges.delete(bridge)
      release()
      if (this.#bridges.size === 0) this.#stopChecks()
    })
    this.#bridges.add(bridge)
    this.#cancelChecks ??= this.#clock.every(PING_INTERVAL_MS, () => {
      for (const each of this.#bridges) each.checkLife()
    })
    return bridge
  }

  /** Tells both sides of all to go. Idempotent. */
  close(): void {
    for (const bridge of this.#bridges) bridge.parentClosed()
    this.#stopChecks()
  }

  #stopChecks(): void {
    this.#cancelChecks?.()
    this.#cancelChecks = undefined
  }
}
