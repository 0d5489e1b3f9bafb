import { Fingerprint, ShieldAlert, ShieldEllipsis } from 'lucide'
import type { CastEntry } from '../../state/cast/cast-entry.ts'
import { Icon } from '../icon.tsx'
import { PhraseList, useDrawn, useEntries } from '../ringing/phrase-badge.tsx'
import { useCastWords } from './use-cast-words.ts'

/** The four pictures that both screens show when nobody is in between. */
export function CastPhrase({ entry }: { entry: CastEntry }) {
  const words = useCastWords().phrase
  const entries = useEntries(entry.phrase)
  const isDrawn = useDrawn(entries)
  const isFailed = entry.phrase.value?.name === 'failed'
  return (
    <section class="cast-phrase" aria-labelledby="cast-phrase-title" data-failed={isFailed}>
      <h2 id="cast-phrase-title">
        <Icon of={isFailed ? ShieldAlert : entries ? Fingerprint : ShieldEllipsis} size={20} />
        {words.title}
      </h2>
      {entries && !isFailed && <PhraseList entries={entries} isDrawn={isDrawn} />}
      <p class="hint">{isFailed ? words.failed : entries ? words.same : words.waiting}</p>
    </section>
  )
}
