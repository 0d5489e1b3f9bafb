import { CircleAlert, Square } from 'lucide'
import type { Capture } from '@duet/client'
import { readConfig } from '../../config.ts'
import { captureFaultSentence } from '../../i18n/capture-fault-sentences.ts'
import { missingSentence } from '../../state/captures/missing-sentence.ts'
import { linkOrigin } from '../../state/addresses.ts'
import type { CaptureModel } from '../../state/captures/capture-model.ts'
import { useApp } from '../app-context.ts'
import { CopyButton } from '../copy-button.tsx'
import { Icon } from '../icon.tsx'
import { useMoreWords } from '../use-more-words.ts'
import { StageDialog } from './stage-dialog.tsx'

export interface CaptureDialogProps {
  model: CaptureModel
  capture: Capture
  /** What the other one is called. */
  name: string
}

/** One that is on: who asked for it, where it is to be seen, and how to end it. */
export function CaptureDialog({ model, capture, name }: CaptureDialogProps) {
  const words = useMoreWords()
  const language = useApp().languages.language.value
  const { by, fault, live, purpose } = capture
  const missing = missingSentence(capture, words, name)
  const control = words.control[purpose]
  const close = () => (model.opened.value = null)
  return (
    <StageDialog title="capture-title" testId="capture-control" onClose={close}>
      <h2 id="capture-title">
        <span class="red-dot" aria-hidden="true" />
        {control.title}
      </h2>
      <p>{by === 'self' ? control.bySelf(name) : control.byPeer(name)}</p>
      {fault && (
        <p class="fault-text">
          <Icon of={CircleAlert} size={20} />
          {missing ?? captureFaultSentence(fault, language)}
        </p>
      )}
      {live && <ViewersLink path={live.path} />}
      <p>{words.throughServer}</p>
      <p class="hint">{words.takeBackHint}</p>
      <div class="dialog-actions stacked">
        <button
          type="button"
          class="primary danger"
          data-testid="stop-capture"
          onClick={() => model.stop(purpose)}
        >
          <Icon of={Square} size={20} />
          {control.stop}
        </button>
        <button
          type="button"
          class="secondary"
          data-testid="take-back"
          onClick={() => model.takeBack(purpose)}
        >
          {words.takeBack}
        </button>
        <button type="button" class="quiet" onClick={close}>
          {words.goOn}
        </button>
      </div>
    </StageDialog>
  )
}

/** What viewers open. */
function ViewersLink({ path }: { path: string }) {
  const words = useMoreWords()
  const { addresses } = readConfig(document.querySelector('#duet-config')?.textContent)
  const link = linkOrigin(location.origin, addresses) + path
  return (
    <div class="viewers-link">
      <label for="viewers-link">{words.viewersLink}</label>
      <div class="copy-row">
        <input
          id="viewers-link"
          type="text"
          readOnly
          value={link}
          data-testid="viewers-link"
          onClick={(event) => event.currentTarget.select()}
        />
        <CopyButton text={link} label={words.copyViewersLink} testId="copy-viewers-link" />
      </div>
    </div>
  )
}
