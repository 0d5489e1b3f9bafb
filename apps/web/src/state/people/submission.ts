import { signal, type ReadonlySignal } from '@preact/signals'
import type { ApiFault } from '../../i18n/api-sentences.ts'
import type { ApiResult } from './api-client.ts'

/** One thing that is asked of the server: never twice at a time, and with what came of it. */
export class Submission {
  readonly isBusy: ReadonlySignal<boolean>
  readonly fault: ReadonlySignal<ApiFault | null>
  /** True after it worked, until it is asked again. */
  readonly isDone: ReadonlySignal<boolean>
  readonly #isBusy = signal(false)
  readonly #fault = signal<ApiFault | null>(null)
  readonly #isDone = signal(false)

  constructor() {
    this.isBusy = this.#isBusy
    this.fault = this.#fault
    this.isDone = this.#isDone
  }

  /** Resolves with the value, or undefined when it failed or was asked already. */
  async run<Value>(ask: () => Promise<ApiResult<Value>>): Promise<{ value: Value } | undefined> {
    if (this.#isBusy.peek()) return undefined
    this.#isBusy.value = true
    this.#fault.value = null
    this.#isDone.value = false
    const result = await ask()
    this.#isBusy.value = false
    if (!result.ok) {
      this.#fault.value = result.fault
      return undefined
    }
    this.#isDone.value = true
    return { value: result.value }
  }

  /** Says what is wrong without asking. */
  refuse(fault: ApiFault): void {
    this.#isDone.value = false
    this.#fault.value = fault
  }

  /** Forgets what was said. */
  clear(): void {
    this.#fault.value = null
    this.#isDone.value = false
  }
}
