import type { MoreWords } from '../i18n/more-en.ts'
import { MORE_WORDS } from '../i18n/more-words.ts'
import { useApp } from './app-context.ts'

/** The words of what is behind “More” in the language now shown. */
export function useMoreWords(): MoreWords {
  return MORE_WORDS[useApp().languages.language.value]
}
