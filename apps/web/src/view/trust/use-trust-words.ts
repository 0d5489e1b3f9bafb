import type { TrustWords } from '../../i18n/trust-en.ts'
import { TRUST_WORDS } from '../../i18n/trust-words.ts'
import { useApp } from '../app-context.ts'

/** The words of this page in the language now shown. */
export function useTrustWords(): TrustWords {
  return TRUST_WORDS[useApp().languages.language.value]
}
