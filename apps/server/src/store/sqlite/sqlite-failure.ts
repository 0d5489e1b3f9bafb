/** What SQLite said of a statement that it did not carry out. */
export class SqliteFailure extends Error {
  /** As SQLite names it, such as SQLITE_FULL. */
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.name = 'SqliteFailure'
    this.code = code
  }

  get isUniqueViolation(): boolean {
    return this.code === 'SQLITE_CONSTRAINT_UNIQUE' || this.code === 'SQLITE_CONSTRAINT_PRIMARYKEY'
  }
}
