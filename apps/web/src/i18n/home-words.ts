import { homeEn, type HomeWords } from './home-en.ts'
import { homeZh } from './home-zh.ts'
import type { Language } from './error-sentences.ts'

/** They are loaded by those who open it. */
export const HOME_WORDS: Record<Language, HomeWords> = { en: homeEn, zh: homeZh }
