import type { Language } from './error-sentences.ts'
import { checkEn, type CheckWords } from './check-en.ts'
import { checkZh } from './check-zh.ts'

/** The words of the page of checks; they are loaded by those who check. */
export const CHECK_WORDS: Record<Language, CheckWords> = { en: checkEn, zh: checkZh }
