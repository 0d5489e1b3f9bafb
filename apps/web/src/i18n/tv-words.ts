import type { Language } from './error-sentences.ts'
import { tvEn, type TvWords } from './tv-en.ts'
import { tvZh } from './tv-zh.ts'

/** The words of the TV's page; they come with it, not with the call page. */
export const TV_WORDS: Record<Language, TvWords> = { en: tvEn, zh: tvZh }
