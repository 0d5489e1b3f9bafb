import { useEffect } from 'preact/hooks'
import type { CaptureModel } from '../../state/captures/capture-model.ts'
import type { StageModel } from '../../state/stage-model.ts'
import { CaptureDialog } from './capture-dialog.tsx'
import { CaptureMarks } from './capture-marks.tsx'
import { ConsentDialog } from './consent-dialog.tsx'
import { GoLiveDialog } from './go-live-dialog.tsx'
import { holdCaptureModel } from './hold-capture-model.ts'

/** All that lies over a call that is recorded or shown live, or is to be. */
export function CaptureLayer({ page }: { page: StageModel }) {
  useEffect(() => holdCaptureModel(page), [page])
  const model = page.captures.model.value
  return model && <Layer page={page} model={model} />
}

function Layer({ page, model }: { page: StageModel; model: CaptureModel }) {
  const name = page.model.peer.value?.name ?? ''
  const question = model.question.value
  const opened = model.opened.value
  const capture = opened ? model.activeOf(opened) : undefined
  return (
    <>
      <CaptureMarks model={model} name={name} />
      {question && (
        <ConsentDialog
          key={question}
          purpose={question}
          name={name}
          onAnswer={(isYes) => model.answer(question, isYes)}
        />
      )}
      {!question && model.isPlanning.value && <GoLiveDialog model={model} name={name} />}
      {!question && capture && (
        <CaptureDialog key={capture.purpose} model={model} capture={capture} name={name} />
      )}
    </>
  )
}
