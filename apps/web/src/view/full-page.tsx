import { Hourglass, Plus } from 'lucide'
import type { CallPageModel } from '../state/call-page-model.ts'
import { useWords } from './app-context.ts'
import { CallStatus } from './call-status.tsx'
import { Icon } from './icon.tsx'
import { PageHeader } from './page-header.tsx'
import { PageTitle } from './page-title.tsx'

/** Two people are in the room already: wait, or go elsewhere. */
export function FullPage({ page }: { page: CallPageModel }) {
  const words = useWords()
  const state = page.model.state.value
  const isInLine = state.name !== 'full' || state.waiting
  return (
    <div class="page">
      <PageHeader />
      <main class="column outcome">
        <PageTitle>{isInLine ? words.inLineTitle : words.fullTitle}</PageTitle>
        <CallStatus page={page} class="lead" />
        <p class="hint">{words.fullHint}</p>
        <div class="actions">
          {!isInLine && (
            <button
              type="button"
              class="primary"
              data-testid="wait-in-line"
              onClick={() => page.waitInLine()}
            >
              <Icon of={Hourglass} size={20} />
              {words.waitInLine}
            </button>
          )}
          <button
            type="button"
            class="secondary"
            data-testid="another-room"
            onClick={() => page.anotherRoom()}
          >
            <Icon of={Plus} size={20} />
            {words.anotherRoom}
          </button>
        </div>
      </main>
    </div>
  )
}
