/** Listeners by event, as the SDK's own emitter has them. */
export class Listeners<Events extends Record<string, unknown[]>> {
  readonly #all = new Set<{ event: keyof Events; listener: (...args: never[]) => void }>()

  get size(): number {
    return this.#all.size
  }

  on<Name extends keyof Events>(event: Name, listener: (...args: Events[Name]) => void) {
    const entry = { event, listener: listener as unknown as (...args: never[]) => void }
    this.#all.add(entry)
    return () => this.#all.delete(entry)
  }

  emit<Name extends keyof Events>(event: Name, ...args: Events[Name]): void {
    for (const entry of this.#all) {
      if (entry.event === event) entry.listener(...(args as unknown as never[]))
    }
  }
}
