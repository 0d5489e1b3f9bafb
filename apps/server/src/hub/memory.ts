import type { Logger } from '@duet/base'
import type { Effect, Notice, Room } from '@duet/rules'
import type { Hub, RoomChange } from './hub.ts'

/** The hub of one machine: everything in this process's memory. */
export class MemoryHub implements Hub {
  readonly #rooms = new Map<string, Room>()
  readonly #listeners = new Map<string, (notice: Notice) => void>()
  readonly #untold: Effect[] = []
  readonly #logger: Logger
  #isTelling = false

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** Rooms in which somebody is or waits. */
  get roomCount(): number {
    return this.#rooms.size
  }

  /** Changes and tells at once, so that what one caller does in order happens in order. */
  update(name: string, change: RoomChange): Promise<void> | undefined {
    try {
      const before = this.#rooms.get(name)
      const [next, effects] = change(before)
      if (!next) this.#rooms.delete(name)
      else if (next !== before) this.#rooms.set(name, next)
      for (const effect of effects) this.#untold.push(effect)
    } catch (error) {
      return Promise.reject(error)
    }
    this.#tell()
    return undefined
  }

  subscribe(address: string, listener: (notice: Notice) => void): () => void {
    this.#listeners.set(address, listener)
    return () => {
      if (this.#listeners.get(address) === listener) this.#listeners.delete(address)
    }
  }

  /** A listener may change a room in turn: what that causes is told after what came before. */
  #tell(): void {
    if (this.#isTelling) return
    this.#isTelling = true
    for (let next = this.#untold.shift(); next; next = this.#untold.shift()) this.#tellOne(next)
    this.#isTelling = false
  }

  #tellOne({ to, notice }: Effect): void {
    try {
      this.#listeners.get(to)?.(notice)
    } catch (error) {
      this.#logger.error('a hub listener threw', { notice: notice.type, error: String(error) })
    }
  }
}
