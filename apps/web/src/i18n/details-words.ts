import { detailsEn, type DetailsWords } from './details-en.ts'
import { detailsZh } from './details-zh.ts'
import type { Language } from './error-sentences.ts'

/** They are loaded by those who open it. */
export const DETAILS_WORDS: Record<Language, DetailsWords> = { en: detailsEn, zh: detailsZh }
