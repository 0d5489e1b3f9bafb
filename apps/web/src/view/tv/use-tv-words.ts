import type { TvWords } from '../../i18n/tv-en.ts'
import { TV_WORDS } from '../../i18n/tv-words.ts'
import { useApp } from '../app-context.ts'

/** The words of the TV's page, in the language now shown. */
export function useTvWords(): TvWords {
  return TV_WORDS[useApp().languages.language.value]
}
