import type { CastModel } from '../../state/cast/cast-model.ts'
import type { Facing } from '../../state/cast/cast-source.ts'
import { OptionField } from './option-field.tsx'
import { useCastWords } from './use-cast-words.ts'

const FACINGS: readonly Facing[] = ['environment', 'user']

/** What to show: a screen or a camera; on phones one of the cameras. */
export function SourceField({ model }: { model: CastModel }) {
  const words = useCastWords()
  if (!model.canShowScreen) return <CameraField model={model} />
  return (
    <OptionField
      legend={words.what}
      name="cast-kind"
      options={[
        { value: 'screen', title: words.screen, hint: words.screenHint },
        { value: 'camera', title: words.camera, hint: words.cameraHint },
      ]}
      chosen={model.kind.value}
      onChoose={(kind) => model.choose(kind)}
    />
  )
}

function CameraField({ model }: { model: CastModel }) {
  const words = useCastWords()
  const why = <p class="hint">{words.onlyCamera}</p>
  if (!model.hasTwoCameras.value) return why
  return (
    <OptionField
      legend={words.whichCamera}
      name="cast-facing"
      isPair
      options={FACINGS.map((value) => ({ value, title: words.facing[value] }))}
      chosen={model.facing.value}
      onChoose={(facing) => model.face(facing)}
    >
      {why}
    </OptionField>
  )
}
