import type { HomeWords } from '../i18n/home-en.ts'
import { HOME_WORDS } from '../i18n/home-words.ts'
import { useApp } from './app-context.ts'

/** The words of the start page in the language now shown. */
export function useHomeWords(): HomeWords {
  return HOME_WORDS[useApp().languages.language.value]
}
