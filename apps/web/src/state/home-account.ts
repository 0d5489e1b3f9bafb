import { signal, type ReadonlySignal } from '@preact/signals'

/** unknown: the server did not say, so nothing of accounts is shown. */
export type HomeAccountState = 'unknown' | 'signed-out' | 'signed-in'

/** Whether somebody is logged in, for the start page; the rest of accounts is not loaded there. */
export class HomeAccount {
  readonly state: ReadonlySignal<HomeAccountState>
  readonly #state = signal<HomeAccountState>('unknown')
  readonly #fetch: (path: string) => Promise<Response>

  constructor(fetch: (path: string) => Promise<Response>) {
    this.#fetch = fetch
    this.state = this.#state
  }

  /** Asks the server; nothing happens when it does not answer. */
  async ask(): Promise<void> {
    try {
      const answer = await this.#fetch('/api/me')
      if (!answer.ok) return
      const { user } = (await answer.json()) as { user: unknown }
      this.#state.value = user ? 'signed-in' : 'signed-out'
    } catch {
      // The start page works without.
    }
  }
}
