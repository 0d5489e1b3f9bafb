import type { DetailsWords } from '../i18n/details-en.ts'
import { DETAILS_WORDS } from '../i18n/details-words.ts'
import { useApp } from './app-context.ts'

/** The words of the connection details in the language now shown. */
export function useDetailsWords(): DetailsWords {
  return DETAILS_WORDS[useApp().languages.language.value]
}
