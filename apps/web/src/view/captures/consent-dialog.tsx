import { Disc, Radio } from 'lucide'
import type { CapturePurpose } from '@duet/client'
import { Icon } from '../icon.tsx'
import { useMoreWords } from '../use-more-words.ts'
import { StageDialog } from './stage-dialog.tsx'

export interface ConsentDialogProps {
  purpose: CapturePurpose
  /** Who asks. */
  name: string
  onAnswer: (isYes: boolean) => void
}

/** The other one asks: what for, what that means, yes or no. */
export function ConsentDialog({ purpose, name, onAnswer }: ConsentDialogProps) {
  const words = useMoreWords()
  const question = words.question[purpose]
  return (
    <StageDialog title="consent-title" testId="consent">
      <Icon of={purpose === 'record' ? Disc : Radio} size={32} />
      <h2 id="consent-title" dir="auto">
        {question.title(name)}
      </h2>
      <p>{question.what}</p>
      <p>{words.throughServer}</p>
      <p>{words.anyMoment}</p>
      <div class="dialog-actions">
        <button
          type="button"
          class="secondary"
          data-testid="consent-no"
          onClick={() => onAnswer(false)}
        >
          {words.no}
        </button>
        <button
          type="button"
          class="primary"
          data-testid="consent-yes"
          onClick={() => onAnswer(true)}
        >
          {question.yes}
        </button>
      </div>
    </StageDialog>
  )
}
