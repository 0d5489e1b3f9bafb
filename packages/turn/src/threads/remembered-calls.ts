/** A method and what it was called with. */
export interface RememberedCall {
  method: string
  args: readonly unknown[]
}

export interface RememberedCallsOptions {
  /** Of each method, about so many things. */
  limit: number
  /** Milliseconds since the epoch. */
  now: () => number
}

/**
 * What a server was told since it was started, for a thread that takes the place of another one: of the
 * calls of a method about the same thing, which is named by a text that comes first, the last one, until
 * the time that it says is over.
 */
export class RememberedCalls {
  readonly #options: RememberedCallsOptions
  readonly #byMethod = new Map<string, CallsOfMethod>()
  /** Those about the server as a whole, one of each method. */
  readonly #general = new Map<string, RememberedCall>()

  constructor(options: RememberedCallsOptions) {
    this.#options = options
  }

  add(call: RememberedCall): void {
    const [about] = call.args
    if (typeof about !== 'string') {
      this.#general.set(call.method, call)
      return
    }
    const calls = this.#byMethod.get(call.method) ?? new CallsOfMethod(this.#options)
    this.#byMethod.set(call.method, calls)
    calls.add(about, call)
  }

  /** Those about the server first, then the others, of each method in the order in which they were made. */
  *[Symbol.iterator](): IterableIterator<RememberedCall> {
    yield* this.#general.values()
    for (const calls of this.#byMethod.values()) yield* calls.current()
  }
}

/** Calls of one method, so that no other one takes their place. */
class CallsOfMethod {
  readonly #options: RememberedCallsOptions
  /** By what they are about; the last one that was made is at the end. */
  readonly #calls = new Map<string, RememberedCall>()
  /** None is over before. */
  #firstEnd = Infinity

  constructor(options: RememberedCallsOptions) {
    this.#options = options
  }

  add(about: string, call: RememberedCall): void {
    this.#calls.delete(about)
    this.#calls.set(about, call)
    this.#firstEnd = Math.min(this.#firstEnd, endOf(call))
    if (this.#calls.size <= this.#options.limit) return
    this.#forgetOver()
    const [oldest] = this.#calls.keys()
    if (this.#calls.size > this.#options.limit && oldest !== undefined) this.#calls.delete(oldest)
  }

  current(): IterableIterator<RememberedCall> {
    this.#forgetOver()
    return this.#calls.values()
  }

  #forgetOver(): void {
    const now = this.#options.now()
    if (this.#firstEnd > now) return
    this.#firstEnd = Infinity
    for (const [about, call] of this.#calls) {
      const end = endOf(call)
      if (end <= now) this.#calls.delete(about)
      else this.#firstEnd = Math.min(this.#firstEnd, end)
    }
  }
}

/** When what was said is over: a time by itself, or `expiresAt` of something; never unless said. */
function endOf({ args: [, until] }: RememberedCall): number {
  if (typeof until === 'number') return until
  const { expiresAt } = (until ?? {}) as { expiresAt?: unknown }
  return typeof expiresAt === 'number' ? expiresAt : Infinity
}
