import { DuetError } from '@duet/base'
import { AccountError, type AccountErrorCode } from '../accounts/account-error.ts'
import { StoreError, type StoreErrorCode } from '../store/store-error.ts'

/** Codes with which the API refuses, and their HTTP status. */
export const API_ERRORS = {
  'bad-field': 400,
  'not-json': 400,
  'not-signed-in': 401,
  'wrong-credentials': 401,
  'not-allowed': 403,
  'registration-closed': 403,
  'foreign-origin': 403,
  'not-found': 404,
  'name-taken': 409,
  'used-up': 409,
  'bad-user-name': 400,
  'weak-password': 400,
  'rate-limited': 429,
  internal: 500,
  unavailable: 503,
} as const
export type ApiErrorCode = keyof typeof API_ERRORS

/** A request that is refused. */
export class ApiError extends DuetError<ApiErrorCode> {
  readonly status: number
  readonly retryAfterMs: number | undefined

  constructor(
    code: ApiErrorCode,
    message: string,
    options: { retryAfterMs?: number | undefined; status?: 405 | 413 | 415 } = {},
  ) {
    super(code, message)
    this.name = 'ApiError'
    this.status = options.status ?? API_ERRORS[code]
    this.retryAfterMs = options.retryAfterMs
  }
}

const ACCOUNT_CODES: Record<AccountErrorCode, ApiErrorCode> = {
  'wrong-credentials': 'wrong-credentials',
  'bad-user-name': 'bad-user-name',
  'weak-password': 'weak-password',
  'registration-closed': 'registration-closed',
  'used-up': 'used-up',
  'not-allowed': 'not-allowed',
  'not-found': 'not-found',
  'rate-limited': 'rate-limited',
  busy: 'unavailable',
}

const STORE_MESSAGES: Record<StoreErrorCode, string> = {
  unavailable: 'The database does not answer; nothing was changed.',
  'name-taken': 'This name is taken.',
  'used-up': 'This link was used already, or is too old.',
  'not-found': 'There is no such thing.',
}

/** How a failure is told; undefined for what nobody expected. */
export function apiErrorOf(error: unknown): ApiError | undefined {
  if (error instanceof ApiError) return error
  if (error instanceof AccountError) {
    const { code, message, retryAfterMs } = error
    return new ApiError(ACCOUNT_CODES[code], message, { retryAfterMs })
  }
  // What the database said may hold what others wrote.
  if (error instanceof StoreError) return new ApiError(error.code, STORE_MESSAGES[error.code])
  return undefined
}

/** Also for what is there and not for this user: that it is there may be a secret. */
export function notFound(): ApiError {
  return new ApiError('not-found', 'There is no such thing.')
}
