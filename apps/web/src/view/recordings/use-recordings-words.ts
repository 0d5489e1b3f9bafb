import type { RecordingsWords } from '../../i18n/recordings-en.ts'
import { RECORDINGS_WORDS } from '../../i18n/recordings-words.ts'
import { useApp } from '../app-context.ts'

/** The words of the page of recordings in the language now shown. */
export function useRecordingsWords(): RecordingsWords {
  return RECORDINGS_WORDS[useApp().languages.language.value]
}
