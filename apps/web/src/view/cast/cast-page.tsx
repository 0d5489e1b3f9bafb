import type { CastModel } from '../../state/cast/cast-model.ts'
import { CastEnd } from './cast-end.tsx'
import { ChoosePage } from './choose-page.tsx'
import { ShowPage } from './show-page.tsx'

const PHASES = { choose: ChoosePage, show: ShowPage, end: CastEnd }

/** `/cast`: before, during and after something is shown on a TV. */
export function CastPage({ model }: { model: CastModel }) {
  const Current = PHASES[model.phase.value]
  return <Current model={model} />
}
