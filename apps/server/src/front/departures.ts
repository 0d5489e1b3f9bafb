/** Has frames that wait for the end of this turn of the event loop. */
export interface Departing {
  /** Sends what waits. */
  depart(): void
}

/**
 * Lets frames leave together: what is said to a socket in one turn of the event loop costs one
 * write to the network, however many frames it is. An offer with its candidates, or a busy server,
 * spends most of its time on such writes otherwise.
 */
export class Departures {
  #due: Departing[] = []

  /** To be called once for all that waits. */
  add(departing: Departing): void {
    if (this.#due.push(departing) === 1) setImmediate(this.#departAll)
  }

  readonly #departAll = (): void => {
    const due = this.#due
    this.#due = []
    for (const departing of due) departing.depart()
  }
}
