import type { Language } from './error-sentences.ts'
import { liveEn, type LiveWords } from './live-en.ts'
import { liveZh } from './live-zh.ts'

/** The words of the viewers' page; they are loaded by those who watch. */
export const LIVE_WORDS: Record<Language, LiveWords> = { en: liveEn, zh: liveZh }
