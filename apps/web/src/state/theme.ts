import { signal, type ReadonlySignal } from '@preact/signals'
import type { Memory } from './ports.ts'

/** How the pages look; `system` follows the machine. */
const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const MEMORY_KEY = 'duet.theme'

/** The chosen look, remembered. */
export class ThemeModel {
  readonly theme: ReadonlySignal<Theme>
  readonly #theme
  readonly #memory: Memory

  constructor(memory: Memory) {
    this.#memory = memory
    const remembered = memory.get(MEMORY_KEY)
    this.#theme = signal(THEMES.find((theme) => theme === remembered) ?? 'system')
    this.theme = this.#theme
  }

  /** Goes from system to light to dark and round again. */
  next(): void {
    const theme = THEMES[(THEMES.indexOf(this.#theme.value) + 1) % THEMES.length] ?? 'system'
    this.#theme.value = theme
    this.#memory.set(MEMORY_KEY, theme)
  }
}
