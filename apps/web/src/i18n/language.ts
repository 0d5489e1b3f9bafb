import { computed, signal, type ReadonlySignal } from '@preact/signals'
import type { Memory } from '../state/ports.ts'
import { en, type Words } from './en.ts'
import { LANGUAGES, type Language } from './error-sentences.ts'
import { zh } from './zh.ts'

const WORDS: Record<Language, Words> = { en, zh }
const MEMORY_KEY = 'duet.language'

/** Which language the pages speak; chosen once by the browser's, then by the person. */
export class LanguageModel {
  readonly language: ReadonlySignal<Language>
  readonly words: ReadonlySignal<Words>
  readonly #language
  readonly #memory: Memory

  /** `preferred` as `navigator.languages`, most wanted first. */
  constructor(memory: Memory, preferred: readonly string[]) {
    this.#memory = memory
    this.#language = signal(firstLanguage([memory.get(MEMORY_KEY) ?? '', ...preferred]))
    this.language = this.#language
    this.words = computed(() => WORDS[this.#language.value])
  }

  choose(language: Language): void {
    this.#language.value = language
    this.#memory.set(MEMORY_KEY, language)
  }

  /** Follows what was chosen in another tab. */
  handleMemoryChange(): void {
    const chosen = languageOf(this.#memory.get(MEMORY_KEY) ?? '')
    if (chosen) this.#language.value = chosen
  }

  /** Goes to the next language. */
  toggle(): void {
    const next = (LANGUAGES.indexOf(this.#language.value) + 1) % LANGUAGES.length
    this.choose(LANGUAGES[next] ?? 'en')
  }
}

/** The first of the wanted languages that the pages have; English when there is none. */
export function firstLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const found = languageOf(tag)
    if (found) return found
  }
  return 'en'
}

function languageOf(tag: string): Language | undefined {
  const primary = tag.toLowerCase().split('-')[0]
  return LANGUAGES.find((language) => language === primary)
}

/** The value of `<html lang>`. */
export function htmlLanguage(language: Language): string {
  return language === 'zh' ? 'zh-Hans' : 'en'
}
