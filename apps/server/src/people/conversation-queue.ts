/** Does what concerns one conversation in order; conversations do not wait for each other. */
export class ConversationQueue {
  readonly #tails = new Map<string, Promise<unknown>>()

  /** Conversations in which something is being done. */
  get size(): number {
    return this.#tails.size
  }

  async run<Result>(conversation: string, task: () => Promise<Result>): Promise<Result> {
    const before = this.#tails.get(conversation) ?? Promise.resolve()
    const run = before.then(task)
    const tail = run.catch(() => undefined)
    this.#tails.set(conversation, tail)
    try {
      return await run
    } finally {
      if (this.#tails.get(conversation) === tail) this.#tails.delete(conversation)
    }
  }

  /** Resolves when nothing is being done. */
  async settled(): Promise<void> {
    await Promise.all(this.#tails.values())
  }
}
