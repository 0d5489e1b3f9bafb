/** Maps each event name to the tuple of arguments its listeners get. */
export type EventMap = Record<string, unknown[]>

/** What an emitter does with an error that a listener threw. */
export type ListenerErrorHandler = (error: unknown, event: string) => void

/**
 * A typed event emitter. A listener that throws is reported and cannot keep the
 * others from being called.
 */
export class Emitter<Events extends EventMap> {
  readonly #listeners: { [Name in keyof Events]?: Set<(...args: Events[Name]) => void> } = {}
  readonly #onListenerError: ListenerErrorHandler

  constructor(onListenerError: ListenerErrorHandler = reportToConsole) {
    this.#onListenerError = onListenerError
  }

  /** Calls `listener` at every `event` from now on; returns its unsubscribe. */
  on<Name extends keyof Events & string>(
    event: Name,
    listener: (...args: Events[Name]) => void,
  ): () => void {
    const listeners = (this.#listeners[event] ??= new Set())
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  /** Calls the listeners of `event`, in the order in which they came. */
  emit<Name extends keyof Events & string>(event: Name, ...args: Events[Name]): void {
    for (const listener of Array.from(this.#listeners[event] ?? [])) {
      try {
        listener(...args)
      } catch (error) {
        this.#onListenerError(error, event)
      }
    }
  }

  /** Drops all listeners. */
  clear(): void {
    for (const event of Object.keys(this.#listeners)) delete this.#listeners[event]
  }
}

function reportToConsole(error: unknown, event: string): void {
  // oxlint-disable-next-line no-console -- the last resort of a package without a logger
  console.error(`a listener of "${event}" threw`, error)
}
