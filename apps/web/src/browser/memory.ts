import type { Memory } from '../state/ports.ts'

/** Remembers in `localStorage`, as far as the browser allows it. */
export const browserMemory: Memory = memoryIn(() => localStorage)

/** Remembers for this tab alone, over reloads. */
export const tabMemory: Memory = memoryIn(() => sessionStorage)

/** Even to name a storage throws where it is blocked. */
function memoryIn(storage: () => Storage): Memory {
  return {
    get(key) {
      try {
        return storage().getItem(key) ?? undefined
      } catch {
        return undefined
      }
    },
    set(key, value) {
      try {
        storage().setItem(key, value)
      } catch {
        // Private windows and blocked storage: the page works, it only forgets.
      }
    },
  }
}
