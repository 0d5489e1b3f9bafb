import type { Memory } from '../state/ports.ts'

/** Remembers in `localStorage`, as far as the browser allows it. */
export const browserMemory: Memory = {
  get(key) {
    try {
      return localStorage.getItem(key) ?? undefined
    } catch {
      return undefined
    }
  },
  set(key, value) {
    try {
      localStorage.setItem(key, value)
    } catch {
      // Private windows and blocked storage: the page works, it only forgets.
    }
  },
}
