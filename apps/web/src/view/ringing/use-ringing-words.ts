import { RINGING_WORDS } from '../../i18n/ringing-words.ts'
import type { RingingWords } from '../../i18n/ringing-en.ts'
import { useApp } from '../app-context.ts'

/** The words of ringing, in the language now shown. */
export function useRingingWords(): RingingWords {
  return RINGING_WORDS[useApp().languages.language.value]
}
