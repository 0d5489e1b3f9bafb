import { computed, type ReadonlySignal } from '@preact/signals'
import type { Language } from './error-sentences.ts'
import type { LanguageModel } from './language.ts'
import { ringingEn, type RingingWords } from './ringing-en.ts'
import { ringingZh } from './ringing-zh.ts'

/** The words of ringing; they come with the account pages, not with the call page. */
export const RINGING_WORDS: Record<Language, RingingWords> = { en: ringingEn, zh: ringingZh }

/** The words of ringing, in the language now shown. */
export function ringingWords(languages: LanguageModel): ReadonlySignal<RingingWords> {
  return computed(() => RINGING_WORDS[languages.language.value])
}
