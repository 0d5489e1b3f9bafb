/** A row with the same key is there already. */
export class UniqueViolation extends Error {
  constructor(options?: ErrorOptions) {
    super('a row with this key exists', options)
    this.name = 'UniqueViolation'
  }
}
