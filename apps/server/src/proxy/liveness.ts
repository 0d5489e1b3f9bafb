/** What is known of one side of a bridge between two looks. */
export interface SideState {
  /** Bytes that it has not taken yet. */
  backlog: number
  /** Nothing of it is read, so nothing can be heard. */
  isPaused: boolean
}

/** Whether one side of a bridge still lives. */
export class Liveness {
  #isHeard = true
  #backlog = 0

  /** It said something. */
  heard(): void {
    this.#isHeard = true
  }

  /** Since the last look it was heard, could not be heard, or took some of what waits for it. */
  look({ backlog, isPaused }: SideState): boolean {
    const lives = this.#isHeard || isPaused || backlog < this.#backlog
    this.#isHeard = false
    this.#backlog = backlog
    return lives
  }
}
