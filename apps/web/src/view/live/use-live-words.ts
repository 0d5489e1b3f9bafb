import type { LiveWords } from '../../i18n/live-en.ts'
import { LIVE_WORDS } from '../../i18n/live-words.ts'
import { useApp } from '../app-context.ts'

/** The words of the viewers' page in the language now shown. */
export function useLiveWords(): LiveWords {
  return LIVE_WORDS[useApp().languages.language.value]
}
