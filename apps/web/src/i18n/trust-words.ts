import type { Language } from './error-sentences.ts'
import { trustEn, type TrustWords } from './trust-en.ts'
import { trustZh } from './trust-zh.ts'

/** They are loaded by those who open it. */
export const TRUST_WORDS: Record<Language, TrustWords> = { en: trustEn, zh: trustZh }
