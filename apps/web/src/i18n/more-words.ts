import type { Language } from './error-sentences.ts'
import { moreEn, type MoreWords } from './more-en.ts'
import { moreZh } from './more-zh.ts'

/** The words of what is behind “More” during a call; they are loaded when it is opened. */
export const MORE_WORDS: Record<Language, MoreWords> = { en: moreEn, zh: moreZh }
