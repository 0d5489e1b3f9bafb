/** A method and what it was called with. */
export interface RememberedCall {
  method: string
  args: readonly unknown[]
}

/**
 * What a server was told since it was started, for a thread that takes the place of another one: of the
 * calls of a method about the same thing, which is named by a text that comes first, the last one.
 */
export class RememberedCalls {
  readonly #limit: number
  readonly #calls = new Map<string, RememberedCall>()
  /** Those about the server as a whole, one of each method. */
  readonly #general = new Map<string, RememberedCall>()

  constructor(limit: number) {
    this.#limit = limit
  }

  add(call: RememberedCall): void {
    const [about] = call.args
    if (typeof about !== 'string') {
      this.#general.set(call.method, call)
      return
    }
    const key = `${call.method} ${about}`
    // It goes to the end: the last one that was told is the last one that is told again.
    this.#calls.delete(key)
    this.#calls.set(key, call)
    if (this.#calls.size <= this.#limit) return
    const [oldest] = this.#calls.keys()
    if (oldest !== undefined) this.#calls.delete(oldest)
  }

  /** Those about the server first, then the others in the order in which they were made. */
  *[Symbol.iterator](): IterableIterator<RememberedCall> {
    yield* this.#general.values()
    yield* this.#calls.values()
  }
}
