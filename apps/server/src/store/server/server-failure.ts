/** What a database server, or the way to it, said of a statement that was not carried out. */
export class ServerFailure extends Error {
  /** The server's own number or SQLSTATE; undefined when it did not come to that. */
  readonly number: string | undefined

  constructor(message: string, number: string | undefined, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ServerFailure'
    this.number = number
  }
}
