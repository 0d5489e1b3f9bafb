import { MessageSquare, Phone, X } from 'lucide'
import { failSentence } from '../../i18n/error-sentences.ts'
import type { CallsModel } from '../../state/ringing/calls-model.ts'
import type { Outcome } from '../../state/ringing/outcome.ts'
import { durationSentence } from '../../state/wording.ts'
import { useApp, useWords } from '../app-context.ts'
import { Icon } from '../icon.tsx'
import { RoundButton } from '../round-button.tsx'
import { useRingingWords } from './use-ringing-words.ts'

/** How the last call ended, and what one may do next; lies over the page without covering it. */
export function OutcomeCard({ calls }: { calls: CallsModel }) {
  const outcome = calls.outcome.value
  // The status is in the page before there is anything to say, so that screen readers hear it.
  return (
    <div class="outcome-place" role="status" aria-live="polite">
      {outcome && <Ended calls={calls} outcome={outcome} />}
      {!outcome && calls.isTooLate.value && <TooLate calls={calls} />}
    </div>
  )
}

function Ended({ calls, outcome }: { calls: CallsModel; outcome: Outcome }) {
  const words = useRingingWords()
  const { displayName } = calls.nameOf(outcome.peer)
  const { reason, isMissed, text } = outcome
  return (
    <div class="outcome-card" data-testid="ringing-state" data-state={`ended:${reason}`}>
      <div class="outcome-head">
        <p class="outcome-title">
          {isMissed ? words.missed(displayName) : words.ends[reason](displayName)}
        </p>
        <CloseButton calls={calls} />
      </div>
      {text && (
        <blockquote class="outcome-words" data-testid="decline-words">
          {text}
        </blockquote>
      )}
      <NextStep outcome={outcome} />
      <div class="outcome-actions">
        <button
          type="button"
          class="secondary"
          data-testid="write-instead"
          onClick={() => calls.write()}
        >
          <Icon of={MessageSquare} size={20} />
          {words.write}
        </button>
        <button
          type="button"
          class="primary"
          data-testid="call-again"
          onClick={() => calls.callAgain()}
        >
          <Icon of={Phone} size={20} />
          {outcome.direction === 'in' ? words.callBack : words.callAgain}
        </button>
      </div>
    </div>
  )
}

function NextStep({ outcome }: { outcome: Outcome }) {
  const words = useRingingWords()
  const common = useWords()
  const { languages } = useApp()
  const { code, isMissed, reason, talkedMs } = outcome
  const next = code
    ? failSentence(code, languages.language.value)
    : isMissed
      ? words.missedNext
      : words.next[reason]
  return (
    <p class="hint">
      {talkedMs > 0 && (
        <span data-testid="duration">{words.talked(durationSentence(common, talkedMs))} </span>
      )}
      {next}
    </p>
  )
}

function TooLate({ calls }: { calls: CallsModel }) {
  const words = useRingingWords()
  return (
    <div class="outcome-card" data-testid="too-late">
      <div class="outcome-head">
        <p class="outcome-title">{words.tooLate}</p>
        <CloseButton calls={calls} />
      </div>
      <p class="hint">{words.missedNext}</p>
    </div>
  )
}

function CloseButton({ calls }: { calls: CallsModel }) {
  const words = useRingingWords()
  return (
    <RoundButton
      icon={X}
      label={words.close}
      class="plain"
      testId="close-outcome"
      onPress={() => {
        calls.dismiss()
        // Back to the page; with the card the focus would be lost.
        document.querySelector<HTMLElement>('main h1')?.focus()
      }}
    />
  )
}
