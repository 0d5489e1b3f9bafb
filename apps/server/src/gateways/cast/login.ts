import type { CancelTimer, Clock } from '@duet/base'
import type { CastTokens, TokenHolder } from '../../casts/tokens.ts'

/** What a client of C has for its login, once it showed that it is one. */
export const LOGIN_TIMEOUT_MS = 10_000

export interface LoginOptions {
  tokens: CastTokens
  clock: Clock
  /** Its token is right; whatever waited for it may go on. */
  onVerified: (holder: TokenHolder) => void
  /** Its token is wrong, or did not come in time. */
  onRefused: (message: string) => void
}

/**
 * unasked: it may be a client of A or B, which never logs in. due: it is one of C, and its token
 * is waited for. verified, refused: final.
 */
type State =
  | { name: 'unasked' }
  | { name: 'due'; cancel: CancelTimer }
  | { name: 'verified'; holder: TokenHolder }
  | { name: 'refused' }

/** The login of one client: only those of C have one. */
export class Login {
  readonly #options: LoginOptions
  #state: State = { name: 'unasked' }

  constructor(options: LoginOptions) {
    this.#options = options
  }

  /** Who logged in; undefined: nobody did, yet. */
  get holder(): TokenHolder | undefined {
    return this.#state.name === 'verified' ? this.#state.holder : undefined
  }

  /** The client said something that only C has. */
  expect(): void {
    if (this.#state.name !== 'unasked') return
    const cancel = this.#options.clock.after(LOGIN_TIMEOUT_MS, () =>
      this.#refuse('There was no token in time.'),
    )
    this.#state = { name: 'due', cancel }
  }

  /** The client showed its token; each time it is answered. */
  verify(token: unknown): void {
    if (this.#state.name === 'refused') return
    const holder = this.#options.tokens.read(token)
    if (!holder) return this.#refuse('This token is not valid.')
    this.admit(holder)
    this.#options.onVerified(holder)
  }

  /** The client is known to be `holder`, by a token that it showed with something else. */
  admit(holder: TokenHolder): void {
    if (this.#state.name === 'refused') return
    this.close()
    this.#state = { name: 'verified', holder }
  }

  /** Waits for nothing any more. Idempotent. */
  close(): void {
    if (this.#state.name === 'due') this.#state.cancel()
  }

  #refuse(message: string): void {
    this.close()
    this.#state = { name: 'refused' }
    this.#options.onRefused(message)
  }
}
