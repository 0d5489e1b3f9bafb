import { castEn, type CastWords } from './cast-en.ts'
import { castZh } from './cast-zh.ts'
import type { Language } from './error-sentences.ts'

/** The words of showing something on a TV; they are loaded by those who do. */
export const CAST_WORDS: Record<Language, CastWords> = { en: castEn, zh: castZh }
