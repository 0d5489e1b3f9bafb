import { batch, signal, type ReadonlySignal } from '@preact/signals'
import type { ApiFault } from '../../i18n/api-sentences.ts'
import type { ApiClient, ApiResult } from './api-client.ts'
import type { Self, Welcome } from './api-types.ts'
import type { Router } from './router.ts'

/** Who is logged in on this page, as far as it knows. `Home` is everything that a login brings. */
export type AccountState<Home> =
  | { name: 'asking' }
  | { name: 'unreachable'; fault: ApiFault }
  /** wasEnded: the login ended without a press on this page. */
  | { name: 'signed-out'; wasEnded: boolean }
  | { name: 'signed-in'; home: Home }

/** What lives from the login to the logout. */
export interface LoginLife {
  /** Idempotent. */
  close(): void
}

export interface AccountOptions<Home> {
  api: ApiClient
  router: Router
  /** Begins what a login brings; `onEnded` hears when the login was ended elsewhere. */
  begin: (self: Self, onEnded: () => void) => Home
}

/** Asks who is logged in, logs in and out. */
export class AccountModel<Home extends LoginLife> {
  readonly state: ReadonlySignal<AccountState<Home>>
  /** What the server said of itself last; null before it answered. */
  readonly welcome: ReadonlySignal<Welcome | null>
  readonly #state = signal<AccountState<Home>>({ name: 'asking' })
  readonly #welcome = signal<Welcome | null>(null)
  readonly #options: AccountOptions<Home>
  #lastUser: number | undefined

  constructor(options: AccountOptions<Home>) {
    this.#options = options
    this.state = this.#state
    this.welcome = this.#welcome
    options.api.onSignedOut(() => this.#handleEnded())
  }

  /** Asks the server who is logged in here. */
  async ask(): Promise<void> {
    const result = await this.#options.api.welcome()
    if (this.#state.peek().name === 'signed-in') return
    if (!result.ok) {
      this.#state.value = { name: 'unreachable', fault: result.fault }
      return
    }
    const { user } = result.value
    batch(() => {
      this.#welcome.value = result.value
      if (user) this.enter(user)
      else this.#state.value = { name: 'signed-out', wasEnded: false }
    })
  }

  /** The server has logged this user in: by a login, a registration or a link. */
  enter(self: Self): void {
    this.#leave()
    this.#lastUser = self.id
    const home = this.#options.begin(self, () => this.#handleEnded())
    this.#state.value = { name: 'signed-in', home }
  }

  /** Ends the login on this device. */
  async logout(): Promise<ApiResult<void>> {
    const result = await this.#options.api.logout()
    if (result.ok || result.fault.code === 'not-signed-in') this.forget()
    return result
  }

  /** The login is over by this person's own will. */
  forget(): void {
    batch(() => {
      this.#leave()
      this.#state.value = { name: 'signed-out', wasEnded: false }
      this.#options.router.go('/login')
    })
    void this.#refresh()
  }

  close(): void {
    this.#leave()
  }

  #handleEnded(): void {
    if (this.#state.peek().name !== 'signed-in') return
    this.#leave()
    this.#state.value = { name: 'signed-out', wasEnded: true }
    void this.#lookWho()
  }

  #leave(): void {
    const state = this.#state.peek()
    if (state.name === 'signed-in') state.home.close()
  }

  /** Somebody else may have logged in on another tab: this page is theirs then. */
  async #lookWho(): Promise<void> {
    await this.#refresh()
    const user = this.#welcome.peek()?.user
    const isOther = user && user.id !== this.#lastUser
    if (isOther && this.#state.peek().name === 'signed-out') this.enter(user)
  }

  /** How accounts are made here may have changed meanwhile. */
  async #refresh(): Promise<void> {
    const result = await this.#options.api.welcome()
    if (result.ok) this.#welcome.value = result.value
  }
}
