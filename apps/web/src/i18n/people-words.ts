import type { Language } from './error-sentences.ts'
import { peopleEn, type PeopleWords } from './people-en.ts'
import { peopleZh } from './people-zh.ts'

/** The words of the account pages; they come with those pages, not with the call page. */
export const PEOPLE_WORDS: Record<Language, PeopleWords> = { en: peopleEn, zh: peopleZh }
