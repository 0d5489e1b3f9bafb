import { LoaderCircle, Tv, Undo2 } from 'lucide'
import { useEffect, useRef } from 'preact/hooks'
import type { CallCast } from '../../state/cast/call-cast.ts'
import { shownSentence } from '../../state/cast/cast-wording.ts'
import { Icon } from '../icon.tsx'
import { CastPhrase } from './cast-phrase.tsx'
import { CodeField } from './code-field.tsx'
import { EntryLine } from './entry-line.tsx'
import { useCastWords } from './use-cast-words.ts'

/** In the panel of a call: the code that moves its picture to a TV, then what became of it. */
export function CallCastForm({ cast }: { cast: CallCast }) {
  return cast.isOn.value ? <Moved cast={cast} /> : <Entering cast={cast} />
}

function Entering({ cast }: { cast: CallCast }) {
  const words = useCastWords()
  const { entry } = cast
  const ref = useRef<HTMLFormElement>(null)
  // The panel opened before this was loaded.
  useEffect(() => ref.current?.querySelector('input')?.focus(), [])
  const isRefused = ['failed', 'busy'].includes(entry.state.value.name)
  const isBusy = cast.isStarting.value
  return (
    <form
      ref={ref}
      class="call-cast"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void cast.start()
      }}
    >
      <p>{words.call.about(cast.tvAddress)}</p>
      <CodeField
        id="call-cast"
        testId="call-cast-code"
        entry={entry}
        onType={(text) => cast.type(text)}
        isFaulty={entry.fault.value === 'bad-character' || cast.isCodeMissed.value || isRefused}
        asked={cast.codeAsked.value}
      />
      <EntryLine
        id="call-cast-line"
        entry={entry}
        isMissed={cast.isCodeMissed.value}
        onRetry={() => void cast.start()}
      />
      <button
        type="submit"
        class="primary"
        data-testid="call-cast-start"
        aria-disabled={isBusy}
        data-busy={isBusy}
      >
        <Icon of={isBusy ? LoaderCircle : Tv} size={20} />
        {isBusy ? words.starting : words.call.start}
      </button>
    </form>
  )
}

function Moved({ cast }: { cast: CallCast }) {
  const words = useCastWords()
  const { entry } = cast
  const state = entry.state.value
  const tvName = entry.tvName.value
  const isShown = cast.isShown.value
  const sentence =
    state.name === 'ready'
      ? words.call.waitingForPicture(tvName)
      : isShown
        ? words.call.shown(tvName)
        : shownSentence(words, state, tvName)
  return (
    <div class="call-cast">
      <p role="status">{sentence}</p>
      {isShown && <p class="hint">{words.call.shownHint}</p>}
      <CastPhrase entry={entry} />
      <button
        type="button"
        class="secondary"
        data-testid={isShown ? undefined : 'call-cast-stop'}
        onClick={() => cast.stop()}
      >
        <Icon of={Undo2} size={20} />
        {words.call.stop}
      </button>
    </div>
  )
}
