import type { ReadonlySignal } from '@preact/signals'
import type { SafetyPhrase } from '@duet/client'
import { PhraseList, useDrawn, useEntries } from '../ringing/phrase-badge.tsx'
import { useTvWords } from './use-tv-words.ts'

/** The four pictures that sender and TV compare, with their words. */
export function PhraseLine({ phrase }: { phrase: ReadonlySignal<SafetyPhrase | null> }) {
  const words = useTvWords()
  const entries = useEntries(phrase)
  const isDrawn = useDrawn(entries)
  if (!entries) return null
  return (
    <div class="tv-chip tv-phrase tv-fades">
      <p>{words.phraseCompare}</p>
      <PhraseList entries={entries} isDrawn={isDrawn} />
    </div>
  )
}
