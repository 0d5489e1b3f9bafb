import type { StageModel } from '../../state/stage-model.ts'
import { useLater } from '../use-later.ts'

const load = () => import('../../more-app.ts')

/** Questions about recording, and what says that it goes on; loaded when there is something to say. */
export function CaptureSlot({ page }: { page: StageModel }) {
  const { isNeeded, model } = page.captures
  const loaded = useLater(page, isNeeded.value || model.value !== null, load)
  return loaded && <loaded.CaptureLayer page={page} />
}
