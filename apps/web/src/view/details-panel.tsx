import type { StageModel } from '../state/stage-model.ts'
import { useWords } from './app-context.ts'
import { Panel } from './panel.tsx'
import { useLater } from './use-later.ts'

const load = () => import('../details-app.ts')

/** The technical truth about the call; what stands in it is loaded when it is opened. */
export function DetailsPanel({ page }: { page: StageModel }) {
  const words = useWords()
  const isOpen = page.panel.value === 'details'
  const loaded = useLater(page, isOpen, load)
  return (
    <Panel
      class="details"
      title={words.detailsTitle}
      isOpen={isOpen}
      onClose={() => page.closePanel()}
    >
      {loaded ? <loaded.Details page={page} /> : <p class="hint">{words.loading}</p>}
    </Panel>
  )
}
