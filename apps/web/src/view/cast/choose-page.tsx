import { Camera, LoaderCircle, MonitorUp } from 'lucide'
import { useEffect, useRef } from 'preact/hooks'
import type { CastModel } from '../../state/cast/cast-model.ts'
import { Icon } from '../icon.tsx'
import { PageHeader } from '../page-header.tsx'
import { CastNotice } from './cast-notice.tsx'
import { CastObstacle } from './cast-obstacle.tsx'
import { CodeField } from './code-field.tsx'
import { EntryLine } from './entry-line.tsx'
import { ModeField } from './mode-field.tsx'
import { SourceField } from './source-field.tsx'
import { useCastWords } from './use-cast-words.ts'

/** The code, what to show, and the press that does it. */
export function ChoosePage({ model }: { model: CastModel }) {
  const words = useCastWords()
  const { obstacle } = model.options
  const isHopeless = obstacle === 'insecure' || obstacle === 'no-webrtc'
  return (
    <div class="page">
      <PageHeader />
      <main class="column cast">
        <h1>{words.title}</h1>
        <p class="cast-about">{words.about(model.tvAddress)}</p>
        <CastObstacle model={model} />
        {!isHopeless && <Choice model={model} />}
      </main>
    </div>
  )
}

function Choice({ model }: { model: CastModel }) {
  const words = useCastWords()
  const ref = useFirstFocus(model)
  const { entry, source } = model
  const fault = entry.fault.value
  const state = entry.state.value.name
  const isRefused = state === 'failed' || state === 'busy'
  const isChoosing = source.isChoosing.value
  const isBusy = model.isStarting.value || isChoosing
  const isScreen = model.kind.value === 'screen'
  return (
    <form
      ref={ref}
      class="cast-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void model.start()
      }}
    >
      <div class="cast-code">
        <CodeField
          id="cast-code"
          testId="cast-code-input"
          entry={entry}
          onType={(text) => model.type(text)}
          isFaulty={fault === 'bad-character' || model.isCodeMissed.value || isRefused}
          isReadOnly={isChoosing}
          asked={model.codeAsked.value}
        />
        <EntryLine
          id="cast-code-line"
          testId="cast-state"
          entry={entry}
          isMissed={model.isCodeMissed.value}
          isIdledOut={model.isIdledOut.value}
          onRetry={() => model.retry()}
        />
      </div>
      <SourceField model={model} />
      <ModeField model={model} />
      <div class="cast-go">
        <button
          type="submit"
          class="primary large"
          data-testid="cast-start"
          aria-disabled={isBusy}
          data-busy={isBusy}
        >
          <Icon of={isBusy ? LoaderCircle : isScreen ? MonitorUp : Camera} />
          {isChoosing
            ? words.choosing
            : isBusy
              ? words.starting
              : isScreen
                ? words.startScreen
                : words.startCamera}
        </button>
        <CastNotice model={model} />
      </div>
    </form>
  )
}

/** One begins with the code, or with the press when the code came with the address. */
function useFirstFocus(model: CastModel) {
  const ref = useRef<HTMLFormElement>(null)
  useEffect(() => {
    const isCodeThere = model.entry.fault.peek() === null
    const first = isCodeThere ? '[data-testid="cast-start"]' : '[data-testid="cast-code-input"]'
    ref.current?.querySelector<HTMLElement>(first)?.focus({ preventScroll: true })
  }, [model])
  return ref
}
