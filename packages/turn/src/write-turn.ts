/** Frames for one connection that leave with one write. */
export const BATCH_BYTES = 32_768
/** Buffers that are kept for the next turn. */
const MOST_KEPT = 64

/** What has something to write when the turn ends. */
export interface TurnWriter {
  endTurn(): void
}

/**
 * The turns of the event loop in which something is sent over connections: what is sent to one of them
 * in a turn is written at once, for each write costs more than several frames.
 */
export class WriteTurn {
  #writers: TurnWriter[] = []
  readonly #buffers: Uint8Array[] = []

  /** `writer` is called when this turn ends. */
  add(writer: TurnWriter): void {
    if (this.#writers.length === 0) setImmediate(this.#end)
    this.#writers.push(writer)
  }

  takeBuffer(): Uint8Array {
    return this.#buffers.pop() ?? new Uint8Array(BATCH_BYTES)
  }

  giveBuffer(buffer: Uint8Array): void {
    if (this.#buffers.length < MOST_KEPT) this.#buffers.push(buffer)
  }

  readonly #end = (): void => {
    const writers = this.#writers
    this.#writers = []
    for (const writer of writers) writer.endTurn()
  }
}
