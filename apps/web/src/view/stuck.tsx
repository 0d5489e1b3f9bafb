import { RefreshCw, Stethoscope } from 'lucide'
import type { StageModel } from '../state/stage-model.ts'
import { useWords } from './app-context.ts'
import { Icon } from './icon.tsx'
import { NoticeCard } from './notice-card.tsx'

/** Says that no path was found, and tries again. */
export function Stuck({ page }: { page: StageModel }) {
  const words = useWords()
  if (!page.model.isStuck.value) return null
  return (
    <NoticeCard text={words.noPath}>
      <button
        type="button"
        class="secondary"
        data-testid="try-path"
        onClick={() => page.call.restartIce()}
      >
        <Icon of={RefreshCw} size={20} />
        {words.tryPath}
      </button>
      <a class="button secondary" href="/check" target="_blank" data-testid="to-check">
        <Icon of={Stethoscope} size={20} />
        {words.checkPath}
      </a>
    </NoticeCard>
  )
}
