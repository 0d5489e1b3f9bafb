import { signal, type ReadonlySignal } from '@preact/signals'
import type { ApiFault } from '../../i18n/api-sentences.ts'
import type { ApiResult } from './api-client.ts'

export type LoadedState<Value> =
  | { name: 'loading' }
  | { name: 'ready'; value: Value }
  | { name: 'failed'; fault: ApiFault }

/** Something that a page shows once the server has said it. */
export class Loaded<Value> {
  readonly state: ReadonlySignal<LoadedState<Value>>
  readonly #state = signal<LoadedState<Value>>({ name: 'loading' })
  readonly #ask: () => Promise<ApiResult<Value>>
  #asked = 0

  /** Asks at once. */
  constructor(ask: () => Promise<ApiResult<Value>>) {
    this.#ask = ask
    this.state = this.#state
    void this.load()
  }

  /** Asks again; what was said before stays until then. */
  async load(): Promise<void> {
    const asked = ++this.#asked
    if (this.#state.peek().name === 'failed') this.#state.value = { name: 'loading' }
    const result = await this.#ask()
    if (asked !== this.#asked) return
    if (result.ok) this.#state.value = { name: 'ready', value: result.value }
    else if (this.#state.peek().name === 'loading') {
      this.#state.value = { name: 'failed', fault: result.fault }
    }
  }

  /** Changes what is shown by what is known already. */
  update(change: (value: Value) => Value): void {
    const state = this.#state.peek()
    if (state.name === 'ready') this.#state.value = { name: 'ready', value: change(state.value) }
  }
}
