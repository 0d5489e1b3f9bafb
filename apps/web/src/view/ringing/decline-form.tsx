import { MAX_DECLINE_LENGTH } from '@duet/protocol'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useEscape } from './use-escape.ts'
import { useRingingWords } from './use-ringing-words.ts'

export interface DeclineFormProps {
  onDecline: (text: string) => void
  onBack: () => void
}

/** Declines with a ready sentence or one's own words. */
export function DeclineForm({ onDecline, onBack }: DeclineFormProps) {
  const words = useRingingWords()
  const [text, setText] = useState('')
  const ref = useRef<HTMLFormElement>(null)
  useEffect(() => ref.current?.querySelector('button')?.focus(), [])
  useEscape(onBack)
  return (
    <form
      ref={ref}
      class="decline-form"
      aria-label={words.declineTitle}
      onSubmit={(event) => {
        event.preventDefault()
        if (text.trim() !== '') onDecline(text.trim())
      }}
    >
      {Object.values(words.declineSentences).map((sentence) => (
        <button key={sentence} type="button" class="secondary" onClick={() => onDecline(sentence)}>
          {sentence}
        </button>
      ))}
      <input
        type="text"
        aria-label={words.declineOwn}
        placeholder={words.declineOwn}
        maxLength={MAX_DECLINE_LENGTH}
        value={text}
        data-testid="decline-text"
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <div class="decline-row">
        <button type="button" class="quiet" onClick={onBack}>
          {words.back}
        </button>
        <button
          type="submit"
          class="primary"
          disabled={text.trim() === ''}
          data-testid="decline-send"
        >
          {words.declineSend}
        </button>
      </div>
    </form>
  )
}
