import type { CheckWords } from '../../i18n/check-en.ts'
import { CHECK_WORDS } from '../../i18n/check-words.ts'
import { useApp } from '../app-context.ts'

/** The words of the page of checks in the language now shown. */
export function useCheckWords(): CheckWords {
  return CHECK_WORDS[useApp().languages.language.value]
}
