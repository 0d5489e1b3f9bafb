import { MonitorUp, Tv } from 'lucide'
import type { CastModel } from '../../state/cast/cast-model.ts'
import { Icon } from '../icon.tsx'
import { PageHeader } from '../page-header.tsx'
import { PageTitle } from '../page-title.tsx'
import { useCastWords } from './use-cast-words.ts'

/** Why nothing is shown any more, and how to show it again. */
export function CastEnd({ model }: { model: CastModel }) {
  const words = useCastWords()
  const outcome = model.outcome.value
  const { entry } = model
  return (
    <div class="page">
      <PageHeader />
      <main class="column outcome">
        <PageTitle>{words.endTitle}</PageTitle>
        <p class="lead" role="status" data-testid="cast-state" data-state={entry.state.value.name}>
          {outcome && words.ends[outcome](entry.tvName.value)}
        </p>
        <p class="hint">{words.released}</p>
        <div class="actions">
          <button
            type="button"
            class="primary"
            data-testid="cast-again"
            onClick={() => void model.start()}
          >
            <Icon of={MonitorUp} size={20} />
            {words.again}
          </button>
          <button
            type="button"
            class="secondary"
            data-testid="cast-another"
            onClick={() => model.startOver()}
          >
            <Icon of={Tv} size={20} />
            {words.anotherTv}
          </button>
        </div>
      </main>
    </div>
  )
}
