import type { Memory } from '../ports.ts'

const MEMORY_KEY = 'duet.room-keys'

/** More than one user may have open at once. */
const MAX_KEYS = 200

/** The keys of links that were made in this browser: no server knows them. */
export class RoomKeys {
  readonly #memory: Memory
  readonly #keys: Map<string, string>

  constructor(memory: Memory) {
    this.#memory = memory
    this.#keys = new Map(read(memory.get(MEMORY_KEY)))
  }

  get(room: string): string | undefined {
    return this.#keys.get(room)
  }

  keep(room: string, key: string): void {
    this.#keys.set(room, key)
    for (const oldest of this.#keys.keys()) {
      if (this.#keys.size <= MAX_KEYS) break
      this.#keys.delete(oldest)
    }
    this.#write()
  }

  forget(room: string): void {
    if (this.#keys.delete(room)) this.#write()
  }

  #write(): void {
    this.#memory.set(MEMORY_KEY, JSON.stringify([...this.#keys]))
  }
}

/** What is remembered may have been written by anything. */
function read(text: string | undefined): [string, string][] {
  try {
    const value: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(value) ? value.filter(isPair) : []
  } catch {
    return []
  }
}

function isPair(value: unknown): value is [string, string] {
  return (
    Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string')
  )
}
