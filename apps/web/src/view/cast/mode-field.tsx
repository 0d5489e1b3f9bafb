import type { PictureMode } from '@duet/client'
import type { CastModel } from '../../state/cast/cast-model.ts'
import { OptionField } from './option-field.tsx'
import { useCastWords } from './use-cast-words.ts'

const MODES: readonly PictureMode[] = ['text', 'motion']

/** Sharp or smooth. */
export function ModeField({ model }: { model: CastModel }) {
  const words = useCastWords()
  return (
    <OptionField
      legend={words.mode}
      name="cast-mode"
      isPair
      options={MODES.map((value) => {
        return { value, title: words.modes[value], hint: words.modeHints[value] }
      })}
      chosen={model.mode.value}
      onChoose={(mode) => model.setMode(mode)}
    />
  )
}
