import type { Language } from './error-sentences.ts'
import { recordingsEn, type RecordingsWords } from './recordings-en.ts'
import { recordingsZh } from './recordings-zh.ts'

/** The words of the page of recordings; they are loaded by those who open it. */
export const RECORDINGS_WORDS: Record<Language, RecordingsWords> = {
  en: recordingsEn,
  zh: recordingsZh,
}
