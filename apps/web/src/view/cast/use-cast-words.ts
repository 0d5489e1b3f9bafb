import type { CastWords } from '../../i18n/cast-en.ts'
import { CAST_WORDS } from '../../i18n/cast-words.ts'
import { useApp } from '../app-context.ts'

/** The words of showing something on a TV, in the language now shown. */
export function useCastWords(): CastWords {
  return CAST_WORDS[useApp().languages.language.value]
}
