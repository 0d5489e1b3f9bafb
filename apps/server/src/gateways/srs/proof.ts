import type { CancelTimer, Clock } from '@duet/base'
import { PROOF_TIMEOUT_MS } from './limits.ts'

/** Waits until a client gives a sign of life, for whoever wants to know whether it lives. */
export class Proof {
  readonly #clock: Clock
  readonly #onDead: () => void
  #askers: ((isAlive: boolean) => void)[] = []
  #cancel: CancelTimer | undefined

  /** onDead: its time is over, and those who asked are told next. */
  constructor(clock: Clock, onDead: () => void) {
    this.#clock = clock
    this.#onDead = onDead
  }

  /** Tells `asker` whether a sign of life came in time. True when the client has to be pinged now. */
  ask(asker: (isAlive: boolean) => void): boolean {
    this.#askers.push(asker)
    if (this.#cancel) return false
    this.#cancel = this.#clock.after(PROOF_TIMEOUT_MS, () => {
      this.#onDead()
      this.settle(false)
    })
    return true
  }

  /** It gave a sign of life, or is gone. */
  settle(isAlive: boolean): void {
    this.#cancel?.()
    this.#cancel = undefined
    const askers = this.#askers
    this.#askers = []
    for (const asker of askers) asker(isAlive)
  }
}
