/**
 * unavailable: the database is lost, full or read-only; try again later. name-taken: another user
 * has the name. used-up: the link was used, or is too old. not-found: no such row for this user.
 */
export type StoreErrorCode = 'unavailable' | 'name-taken' | 'used-up' | 'not-found'

/**
 * Why the store did not do what it was asked; nothing was changed. Only when a database server is
 * lost while it commits can that be otherwise: what is said again must be harmless.
 */
export class StoreError extends Error {
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreError'
    this.code = code
  }
}
