import type { Memory } from '../ports.ts'
import { RECORDINGS_MEMORY_KEY } from './memory-key.ts'

/** More recordings than somebody without an account keeps in one browser. */
const MAX_KEYS = 100

/** Longer than any id or key that a server gives. */
const MAX_LENGTH = 256

/** What opens one recording to whoever has it. */
export interface RecordingKey {
  id: string
  key: string
}

/** The keys of recordings that this browser was in: the server keeps only what they hash to. */
export class RecordingKeys {
  readonly #memory: Memory

  constructor(memory: Memory) {
    this.#memory = memory
  }

  /** The newest first; other pages of this browser may have added some. */
  get all(): RecordingKey[] {
    return read(this.#memory.get(RECORDINGS_MEMORY_KEY))
  }

  keep(recording: RecordingKey): void {
    if (!isKey(recording)) return
    const others = this.all.filter(({ id }) => id !== recording.id)
    const kept = [{ id: recording.id, key: recording.key }, ...others].slice(0, MAX_KEYS)
    this.#memory.set(RECORDINGS_MEMORY_KEY, JSON.stringify(kept))
  }

  forget(id: string): void {
    const { all } = this
    const kept = all.filter((each) => each.id !== id)
    if (kept.length < all.length) this.#memory.set(RECORDINGS_MEMORY_KEY, JSON.stringify(kept))
  }
}

/** What is remembered may have been written by anything. */
function read(text: string | undefined): RecordingKey[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(value) ? value.filter(isKey).slice(0, MAX_KEYS) : []
  } catch {
    return []
  }
}

function isKey(value: unknown): value is RecordingKey {
  const { id, key } = (value ?? {}) as Partial<Record<'id' | 'key', unknown>>
  return [id, key].every(
    (part) => typeof part === 'string' && part !== '' && part.length <= MAX_LENGTH,
  )
}
