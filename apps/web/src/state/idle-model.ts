import type { Clock } from '@duet/base'
import { signal, type ReadonlySignal } from '@preact/signals'

/** After this long without a movement or a key the controls fade. */
const IDLE_AFTER_MS = 3_000

/** Whether a person has been still for a while. */
export class IdleModel {
  readonly isIdle: ReadonlySignal<boolean>
  readonly #isIdle = signal(false)
  readonly #timers: Clock
  readonly #afterMs: number
  #cancel: () => void = () => {}

  constructor(timers: Clock, afterMs = IDLE_AFTER_MS) {
    this.#timers = timers
    this.#afterMs = afterMs
    this.isIdle = this.#isIdle
    this.touch()
  }

  /** The person moved. */
  touch(): void {
    this.#isIdle.value = false
    this.#cancel()
    this.#cancel = this.#timers.after(this.#afterMs, () => this.rest())
  }

  /** The person wants the controls out of the way. */
  rest(): void {
    this.#cancel()
    this.#isIdle.value = true
  }

  close(): void {
    this.#cancel()
  }
}
