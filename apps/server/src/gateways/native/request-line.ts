/** Requests of one session that wait for one before them; one more ends the session. */
const MAX_WAITING_IN_LINE = 512

/** Requests that wait for one that takes a while; as long as none does, each is carried out at once. */
export class RequestLine {
  #waiting: (() => Promise<void> | undefined)[] | undefined

  /** Whether the next request has to wait. */
  get isBusy(): boolean {
    return this.#waiting !== undefined
  }

  /** A request takes a while; the next ones wait until `running` resolves. It must not reject. */
  begin(running: Promise<void>): void {
    this.#waiting = []
    void this.#drain(running)
  }

  /** Stands in line. False: too many do already. */
  add(task: () => Promise<void> | undefined): boolean {
    return (this.#waiting?.push(task) ?? 0) <= MAX_WAITING_IN_LINE
  }

  /** Forgets those that wait. */
  clear(): void {
    this.#waiting?.splice(0)
  }

  async #drain(first: Promise<void>): Promise<void> {
    await first
    for (let next = this.#waiting?.shift(); next; next = this.#waiting?.shift()) await next()
    this.#waiting = undefined
  }
}
