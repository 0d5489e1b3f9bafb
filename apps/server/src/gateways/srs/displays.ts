/** Who has which display in which room, of those whose connections are here. */
export class Displays<Holder> {
  readonly #holders = new Map<string, Holder>()

  get size(): number {
    return this.#holders.size
  }

  /** The connection that has a display in the room that the hub keeps under this key. */
  holder(key: string, display: string): Holder | undefined {
    return this.#holders.get(nameOf(key, display))
  }

  take(key: string, display: string, holder: Holder): void {
    this.#holders.set(nameOf(key, display), holder)
  }

  /** Harmless when somebody else has it by now. */
  free(key: string, display: string, holder: Holder): void {
    const name = nameOf(key, display)
    if (this.#holders.get(name) === holder) this.#holders.delete(name)
  }
}

/** The length keeps `a` in `b c` apart from `a b` in `c`. */
function nameOf(key: string, display: string): string {
  return `${key.length} ${key} ${display}`
}
