import { CircleAlert, CircleCheck, LoaderCircle, RefreshCw } from 'lucide'
import type { CastEntry } from '../../state/cast/cast-entry.ts'
import { entryWord } from '../../state/cast/cast-wording.ts'
import { useApp } from '../app-context.ts'
import { Icon } from '../icon.tsx'
import { useCastWords } from './use-cast-words.ts'

const ICONS = { hint: null, wait: LoaderCircle, found: CircleCheck, fault: CircleAlert }

export interface EntryLineProps {
  id: string
  entry: CastEntry
  isMissed: boolean
  isIdledOut?: boolean
  onRetry: () => void
  testId?: string
}

/** What is known of the code and its TV, and another attempt where that may help. */
export function EntryLine({ id, entry, isMissed, isIdledOut = false, ...props }: EntryLineProps) {
  const words = useCastWords()
  const { languages } = useApp()
  const state = entry.state.value
  const word = entryWord(words, languages.language.value, {
    fault: entry.fault.value,
    isMissed,
    isIdledOut,
    state,
    isUnreachable: entry.isUnreachable.value,
    tvName: entry.tvName.value,
  })
  const icon = ICONS[word.look]
  return (
    <div class="entry-line" data-look={word.look}>
      <p id={id} role="status" data-testid={props.testId} data-state={state.name}>
        {icon && <Icon of={icon} size={20} />}
        <span>{word.text}</span>
      </p>
      {word.canRetry && (
        <button type="button" class="secondary" data-testid="cast-retry" onClick={props.onRetry}>
          <Icon of={RefreshCw} size={20} />
          {isIdledOut ? words.goOn : words.tryAgain}
        </button>
      )}
    </div>
  )
}
