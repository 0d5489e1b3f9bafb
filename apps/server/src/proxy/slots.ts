/** So many at once. */
export class Slots {
  readonly #max: number
  #taken = 0

  constructor(max: number) {
    this.#max = max
  }

  get taken(): number {
    return this.#taken
  }

  /** Returns how to give it back, which counts once; undefined when all are taken. */
  take(): (() => void) | undefined {
    if (this.#taken >= this.#max) return undefined
    this.#taken += 1
    let isTaken = true
    return () => {
      if (isTaken) this.#taken -= 1
      isTaken = false
    }
  }
}
