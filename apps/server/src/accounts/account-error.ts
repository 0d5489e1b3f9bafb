import { DuetError } from '@duet/base'

export type AccountErrorCode =
  | 'wrong-credentials'
  | 'bad-user-name'
  | 'weak-password'
  | 'registration-closed'
  | 'used-up'
  | 'not-allowed'
  | 'not-found'
  | 'rate-limited'
  | 'busy'

/** Why nothing was done with an account; the code is API. */
export class AccountError extends DuetError<AccountErrorCode> {
  /** With rate-limited and busy: when to try again. */
  readonly retryAfterMs: number | undefined

  constructor(code: AccountErrorCode, message: string, retryAfterMs?: number) {
    super(code, message)
    this.name = 'AccountError'
    this.retryAfterMs = retryAfterMs
  }
}
